//! Loops that work off a structure level by level, or branch by branch.

use super::while_tests::{is_open, retained};

#[test]
fn levels_are_together_all_parts() {
    assert_eq!(
        retained(
            r#"
def f(root):
    out = []
    level = [root]
    while level:
        new = []
        for node in level:
            out.append(None)
            if node.left:
                new.append(node.left)
            if node.right:
                new.append(node.right)
        level = new
    return out
"#
        ),
        "9·nodes(root) + 104"
    );
    assert_eq!(
        retained(
            r#"
def f(root):
    out = []
    level = [root]
    while level:
        out.append(None)
        level = [child for node in level for child in node.children]
    return out
"#
        ),
        "9·depth(root) + 104"
    );
    assert_eq!(
        retained(
            r#"
def f(root):
    out = []
    queue = [root]
    while queue:
        level = []
        while queue:
            node = queue.pop(0)
            out.append(None)
            if node.left is not None:
                level.append(node.left)
        queue = level
    return out
"#
        ),
        "9·nodes(root) + 104"
    );
    assert_eq!(
        retained(
            r#"
def f(root):
    out = []
    queue = [root]
    while queue:
        size = len(queue)
        for i in range(size):
            node = queue.pop(0)
            out.append(None)
            if node.left:
                queue.append(node.left)
            if node.right:
                queue.append(node.right)
    return out
"#
        ),
        "9·nodes(root) + 104"
    );
}

#[test]
fn what_does_not_go_down_is_no_level() {
    is_open(
        r#"
def f(root):
    out = []
    level = [root]
    while level:
        out.append(None)
        new = []
        for node in level:
            new.append(node)
        level = new
    return out
"#,
    );
    is_open(
        r#"
def f(root):
    out = []
    level = [root]
    while level:
        out.append(None)
        new = []
        for node in level:
            for other in level:
                new.append(node.left)
        level = new
    return out
"#,
    );
    is_open(
        r#"
def f(root):
    out = []
    queue = [root]
    while queue:
        out.append(None)
        for i in range(len(queue) // 2):
            node = queue.pop(0)
            if node.left:
                queue.append(node.left)
    return out
"#,
    );
}

#[test]
fn a_walk_in_order_pushes_each_part_once() {
    assert_eq!(
        retained(
            r#"
def f(root):
    out = []
    stack = []
    while root or stack:
        while root:
            stack.append(root)
            root = root.left
        root = stack.pop()
        out.append(root.val)
        root = root.right
    return out
"#
        ),
        "9·nodes(root) + 104"
    );
    assert_eq!(
        retained(
            r#"
def f(root, k):
    stack = []
    while root or stack:
        while root:
            stack.append(root)
            root = root.left
        root = stack.pop()
        k -= 1
        if k == 0:
            break
        root = root.right
    return root.val
"#
        ),
        "0"
    );
}

#[test]
fn a_walk_that_comes_to_a_part_twice_has_no_bound() {
    is_open(
        r#"
def f(root):
    out = []
    stack = []
    while root or stack:
        while root:
            stack.append(root)
            root = root.left
        root = stack.pop()
        out.append(None)
        root = root.left
    return out
"#,
    );
    is_open(
        r#"
def f(node):
    out = []
    stack = [node]
    while stack:
        x = stack.pop()
        out.append(None)
        for i in range(7):
            stack.append(x.next)
    return out
"#,
    );
}

#[test]
fn each_key_selects_another_part() {
    assert_eq!(
        retained(
            r#"
def f(node):
    out = []
    stack = [node]
    while stack:
        x = stack.pop()
        out.append(None)
        for k in x:
            stack.append(x[k])
    return out
"#
        ),
        "9·nodes(node) + 104"
    );
}
