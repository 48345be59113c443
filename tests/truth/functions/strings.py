"""Text and byte processing helpers."""


def repeat_banner(message, count):
    """Build a banner by appending the message again and again."""
    banner = ""
    for _ in range(count):
        banner += message
        banner += " | "
    return banner


def parse_key_values(text):
    """Parse 'a=1;b=2' into a list of (key, value) pairs."""
    pairs = []
    for field in text.split(";"):
        if "=" not in field:
            continue
        key, value = field.split("=", 1)
        pairs.append((key.strip(), value.strip()))
    return pairs


def format_invoice(lines):
    """Render invoice lines with a total at the end."""
    rendered = []
    total = 0.0
    for description, quantity, price in lines:
        amount = quantity * price
        total += amount
        rendered.append(f"{description:<20}{quantity:>6d}{price:>10.2f}{amount:>12.2f}")
    rendered.append("{:<20}{:>28.2f}".format("TOTAL", total))
    return "\n".join(rendered)


def escape_markup(text):
    """Escape the characters which are special in markup."""
    text = text.replace("&", "&amp;")
    text = text.replace("<", "&lt;")
    text = text.replace(">", "&gt;")
    return text.replace('"', "&quot;")


def all_suffixes(text):
    """Return every suffix of text in sorted order."""
    suffixes = [text[start:] for start in range(len(text))]
    suffixes.sort()
    return suffixes


def pack_frames(payloads):
    """Pack payloads into one bytearray with two-byte length headers."""
    packed = bytearray()
    for payload in payloads:
        packed += len(payload).to_bytes(2, "big")
        packed.extend(payload)
    return packed


def transcode_lines(data):
    """Decode UTF-8 data and encode each of its lines as UTF-16."""
    encoded = []
    for line in data.decode("utf-8").splitlines():
        encoded.append(line.encode("utf-16"))
    return encoded


def render_table(rows):
    """Pad cells to column widths and return the table text."""
    widths = [0] * len(rows[0])
    for row in rows:
        for column, cell in enumerate(row):
            if len(cell) > widths[column]:
                widths[column] = len(cell)
    output = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths)]
        output.append("| " + " | ".join(cells) + " |")
    return "\n".join(output)


def run_length_encode(text):
    """Compress runs of equal characters into counts."""
    if not text:
        return ""
    pieces = []
    current = text[0]
    length = 1
    for character in text[1:]:
        if character == current:
            length += 1
        else:
            pieces.append(f"{length}{current}")
            current = character
            length = 1
    pieces.append(f"{length}{current}")
    return "".join(pieces)


def caesar_shift(text, shift):
    """Rotate the letters of text by shift places."""
    shifted = []
    for character in text:
        if "a" <= character <= "z":
            shifted.append(chr((ord(character) - 97 + shift) % 26 + 97))
        elif "A" <= character <= "Z":
            shifted.append(chr((ord(character) - 65 + shift) % 26 + 65))
        else:
            shifted.append(character)
    return "".join(shifted)


def to_csv(records, columns):
    """Serialise dict records as CSV text with minimal quoting."""
    lines = [",".join(columns)]
    for record in records:
        cells = []
        for column in columns:
            cell = str(record.get(column, ""))
            if "," in cell or '"' in cell:
                cell = '"' + cell.replace('"', '""') + '"'
            cells.append(cell)
        lines.append(",".join(cells))
    return "\r\n".join(lines) + "\r\n"


def fill_template(template, customers):
    """Return one letter per customer from a format template."""
    letters = []
    for customer in customers:
        letters.append(template.format(**customer))
    return letters


def reverse_words(sentence):
    """Reverse the order of words and the letters of each word."""
    words = sentence.split()
    words.reverse()
    return " ".join(word[::-1] for word in words)


def tokenise(expression):
    """Split an arithmetic expression into typed tokens."""
    tokens = []
    position = 0
    while position < len(expression):
        character = expression[position]
        if character.isspace():
            position += 1
        elif character.isdigit():
            end = position
            while end < len(expression) and expression[end].isdigit():
                end += 1
            tokens.append(("number", int(expression[position:end])))
            position = end
        elif character.isalpha():
            end = position
            while end < len(expression) and expression[end].isalnum():
                end += 1
            tokens.append(("name", expression[position:end]))
            position = end
        else:
            tokens.append(("operator", character))
            position += 1
    return tokens


def hex_dump(data, width=16):
    """Return the classic offset, hex and text dump of bytes."""
    lines = []
    for offset in range(0, len(data), width):
        chunk = data[offset:offset + width]
        hexed = " ".join("%02x" % byte for byte in chunk)
        printable = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in chunk)
        lines.append("%08x  %-47s  %s" % (offset, hexed, printable))
    return "\n".join(lines)


def slugify_titles(titles):
    """Turn titles into lower case slugs through a translate table."""
    table = str.maketrans({" ": "-", "_": "-", ".": None, ",": None, "!": None})
    slugs = []
    for title in titles:
        slugs.append(title.strip().lower().translate(table))
    return slugs


CASES = {
    "repeat_banner": (lambda n: ("sale ends soon", n), (10, 200, 3000)),
    "parse_key_values": (
        lambda n: (";".join("key%d = value%d" % (i, i) for i in range(n)),),
        (10, 200, 2000)),
    "format_invoice": (
        lambda n: ([("item %d" % i, i % 9 + 1, 2.5 + i) for i in range(n)],),
        (10, 200, 2000)),
    "escape_markup": (
        lambda n: ('<b class="x">R&D</b>' * n,), (10, 300, 5000)),
    "all_suffixes": (lambda n: (("mississippi" * n)[:n],), (10, 100, 700)),
    "pack_frames": (
        lambda n: ([bytes([i % 256]) * 20 for i in range(n)],), (10, 300, 4000)),
    "transcode_lines": (
        lambda n: ("\n".join("caf\u00e9 table %d" % (i % 10)
                             for i in range(n)).encode("utf-8"),),
        (10, 300, 3000)),
    "render_table": (
        lambda n: ([["row%d" % i, "x" * (i % 12), str(i * i)] for i in range(n)],),
        (10, 200, 1500)),
    "run_length_encode": (
        lambda n: ("".join("abc"[i % 3] * (i % 5 + 1) for i in range(n)),),
        (10, 300, 3000)),
    "caesar_shift": (lambda n: ("Attack at Dawn! " * n, 3), (5, 50, 500)),
    "to_csv": (
        lambda n: ([{"id": i, "name": "user, %d" % i if i % 4 == 0 else "user%d" % i,
                     "city": "Ghent"} for i in range(n)], ["id", "name", "city"]),
        (10, 200, 1500)),
    "fill_template": (
        lambda n: ("Dear {name}, your balance is {balance:.2f} euro.",
                   [{"name": "Customer%d" % i, "balance": i * 1.5} for i in range(n)]),
        (10, 200, 2000)),
    "reverse_words": (
        lambda n: (" ".join("token%d" % (i % 10) for i in range(n)),),
        (10, 300, 4000)),
    "tokenise": (
        lambda n: (" + ".join("rate%d * (%d - 7)" % (i, i + 300) for i in range(n)),),
        (5, 50, 400)),
    "hex_dump": (
        lambda n: (bytes(i % 256 for i in range(n)),), (20, 500, 8000)),
    "slugify_titles": (
        lambda n: (["  Chapter %d. The_Long Way, Home! " % i for i in range(n)],),
        (10, 200, 2000)),
}
