//! Generator expressions whose elements are taken one by one: none of them is there when the next comes.

use super::tests::peaks;

/// `sum` and `any` look at elements, `max` gives one of them, and a loop has one at a time.
#[test]
fn elements_are_let_go_of() {
    assert_eq!(
        peaks(
            r#"
def squares(xs: list[int]):
    return sum(x * x for x in xs)

def any_of(xs: list[int]):
    return any(x * x for x in xs)

def largest(xs: list[int]):
    return max(x * x for x in xs)

def named(xs: list[int]):
    values = (x * x for x in xs)
    return sum(value + 1 for value in values)

def looped(xs: list[int]):
    last = 0
    for value in (x * x for x in xs):
        last = value
    return last

def pairs(xs: list[int]):
    for square, text in ((x * x, str(x)) for x in xs):
        if square > 100:
            return text

def chosen(xs: list[int], squared: bool):
    values = xs
    if squared:
        values = (x * x for x in xs)
    return sum(values)
"#
        ),
        "squares: 480\n\
         any_of: 480\n\
         largest: 528\n\
         named: 832\n\
         looped: 480\n\
         pairs: 2·len(str(xs[*])) + 706\n\
         chosen: 480"
    );
}

/// What a loop, a container or a function keeps is there as often as it is made. Of what `max` gives, each
/// row has one.
#[test]
fn elements_are_kept() {
    assert_eq!(
        peaks(
            r#"
def listed(xs: list[int]):
    return list(x * x for x in xs)

def appended(xs: list[int]):
    found = []
    for value in (x * x for x in xs):
        found.append(value)
    return found

def appended_part(xs: list[int]):
    found = []
    for pair in ((x * x, x) for x in xs):
        found.append(pair[0])
    return found

def unpacked(xs: list[int]):
    first, *rest = (x * x for x in xs)
    return rest

def count(values):
    return len(list(values))

def passed(xs: list[int]):
    return count(x * x for x in xs)

def returned(xs: list[int]):
    values = (x * x for x in xs)
    return next(values), values

def of_rows(rows: list[list[int]]):
    found = []
    for row in rows:
        found.append(max(x * x for x in row))
    return found
"#
        ),
        "listed: 41·len(xs) + 472\n\
         appended: 41·len(xs) + 472\n\
         appended_part: 97·len(xs) + 480\n\
         unpacked: 32·len(xs) + 8·max(len(xs), 1) + 416\n\
         count: 8·len(values) + 92\n\
         passed: 41·len(xs) + 500\n\
         returned: 32·len(xs) + 472\n\
         of_rows: 41·len(rows) + 1064"
    );
}

/// Of the numbers that a name holds one after the other, one is there, and another while it is bound anew.
#[test]
fn names_hold_one_number_each() {
    assert_eq!(
        peaks(
            r#"
def steepest(xs: list[int]):
    best = now = 0
    for x in xs:
        now = max(x, now + x)
        best = max(best, now)
    return best
"#
        ),
        "steepest: 248"
    );
}
