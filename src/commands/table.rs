//! Tables that fit the terminal.

use std::collections::VecDeque;

use tabled::Table;
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::style::HorizontalLine;
use tabled::settings::{Alignment, Padding, Style};

use super::output::Screen;
use super::wrap::{Kind, width, wrap};

/// Columns between two columns of the table.
const GAP: usize = 2;

/// One column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    kind: Kind,
    right: bool,
}

impl Column {
    /// A column of texts that are broken as `kind` says where room is scarce.
    pub(crate) fn new(title: &'static str, kind: Kind) -> Self {
        Self {
            title,
            kind,
            right: false,
        }
    }

    /// A column of figures with units, which end below each other.
    pub(crate) fn figures(title: &'static str) -> Self {
        Self {
            right: true,
            ..Self::new(title, Kind::Fixed)
        }
    }

    /// The least width that is still legible.
    fn least(self) -> usize {
        let least = match self.kind {
            Kind::Fixed => usize::MAX,
            Kind::Name => 16,
            Kind::Formula => 14,
            Kind::Prose => 20,
        };
        least.max(width(self.title))
    }
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
enum Row {
    Cells(Vec<String>),
    /// A line of its own above the rows it is about, across all columns: a name, and the rest.
    Heading(String, String),
}

impl Sheet {
    /// A table without rows.
    pub(crate) fn new(columns: Vec<Column>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(Row::Cells(cells.into_iter().collect()));
    }

    /// Adds a line across all columns: `name`, and `rest` below it where both are too long.
    pub(crate) fn heading(&mut self, name: String, rest: String) {
        self.rows.push(Row::Heading(name, rest));
    }

    /// The table as text for `screen`: every line ends in a line feed and not in spaces.
    pub(crate) fn render(&self, screen: &Screen) -> String {
        let widths = self.widths(screen.width);
        let mut builder = Builder::with_capacity(self.rows.len() + 1, self.columns.len());
        builder.push_record(self.columns.iter().map(|column| column.title));
        // What stands on a line of its own instead of what the table has there.
        let mut headings = VecDeque::new();
        let mut line = 2;
        for row in &self.rows {
            let cells = match row {
                Row::Cells(cells) => self.lay_out(cells, &widths),
                Row::Heading(name, rest) => {
                    headings.push_back((line, heading(name, rest, screen)));
                    vec![String::new(); self.columns.len()]
                }
            };
            let lines = cells.iter().map(|cell| cell.matches('\n').count() + 1);
            line += lines.max().unwrap_or(1);
            builder.push_record(cells);
        }
        let text = self.decorate(builder.build());
        let mut finished = String::with_capacity(text.len());
        for (number, line) in text.lines().enumerate() {
            match headings.front() {
                Some((place, heading)) if *place == number => {
                    finished.push_str(heading);
                    headings.pop_front();
                }
                _ if number == 0 && screen.colour => finished.push_str(&bold(line.trim_end())),
                _ => finished.push_str(line.trim_end()),
            }
            finished.push('\n');
        }
        finished
    }

    fn decorate(&self, mut table: Table) -> String {
        table
            .with(Style::empty().horizontals([(1, HorizontalLine::new('-'))]))
            .with(Padding::new(0, GAP, 0, 0));
        for index in 0..self.columns.len() {
            if self.is_numeric(index) || self.columns[index].right {
                table.modify(Columns::one(index), Alignment::right());
            }
        }
        if let Some(last) = self.columns.len().checked_sub(1) {
            table.modify(Columns::one(last), Padding::zero());
        }
        table.to_string()
    }

    /// The width of each column: what it needs, or less where the terminal is too narrow.
    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let widest = self.cells(index).map(width).max().unwrap_or(0);
                widest.max(width(column.title))
            })
            .collect();
        let Some(limit) = limit else {
            return widths;
        };
        let room = limit.saturating_sub(GAP * self.columns.len().saturating_sub(1));
        let mut excess = widths.iter().sum::<usize>().saturating_sub(room);
        while excess > 0 {
            let widest = (0..widths.len())
                .filter(|&index| widths[index] > self.columns[index].least())
                .max_by_key(|&index| widths[index]);
            let Some(widest) = widest else {
                break;
            };
            widths[widest] -= 1;
            excess -= 1;
        }
        widths
    }

    /// The texts of a row, broken to the widths.
    fn lay_out(&self, row: &[String], widths: &[usize]) -> Vec<String> {
        let cells = row.iter().zip(&self.columns).zip(widths);
        cells
            .map(|((text, column), &limit)| wrap(text, limit, column.kind).join("\n"))
            .collect()
    }

    /// The texts of a column.
    fn cells(&self, index: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| match row {
            Row::Cells(cells) => cells.get(index).map(String::as_str),
            Row::Heading(..) => None,
        })
    }

    /// Whether the column holds nothing but whole numbers.
    fn is_numeric(&self, index: usize) -> bool {
        self.cells(index)
            .all(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

/// A line across all columns; the rest on a line of its own where both do not fit on one.
fn heading(name: &str, rest: &str, screen: &Screen) -> String {
    let limit = screen.width.unwrap_or(usize::MAX);
    let mut lines = wrap(name, limit, Kind::Name);
    if screen.colour {
        lines.iter_mut().for_each(|line| *line = bold(line));
    }
    if rest.is_empty() {
        return lines.join("\n");
    }
    let joined = lines.len() == 1 && width(name) + GAP + width(rest) <= limit;
    let rest = if joined {
        format!("{:GAP$}{rest}", "")
    } else {
        format!("\n{}", wrap(rest, limit, Kind::Name).join("\n"))
    };
    lines.join("\n") + &rest
}

/// `text` in bold.
pub(crate) fn bold(text: &str) -> String {
    format!("\x1b[1m{text}\x1b[0m")
}

/// `count` with the noun that fits it: `1 file`, `2 files`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrow(columns: usize) -> Screen {
        Screen {
            width: Some(columns),
            colour: false,
        }
    }

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new(vec![
            Column::new("function", Kind::Name),
            Column::new("line", Kind::Fixed),
            Column::new("bytes", Kind::Formula),
        ]);
        sheet.heading("shop.orders".into(), "shop/orders.py".into());
        sheet.row([
            "shop.orders.OrderStore.load_everything".into(),
            "7".into(),
            "56 + 8·len(rows) + 104·len(columns)".into(),
        ]);
        sheet.heading(
            "shop.orders.OrderStore.save".into(),
            "shop/a/very/long/path/orders.py".into(),
        );
        sheet.row(["f", "1200", "0"].map(String::from));
        sheet
    }

    #[test]
    fn lines_fit_the_terminal_and_headings_stay_in_their_place() {
        let text = sheet().render(&narrow(50));
        assert!(text.lines().all(|line| width(line) <= 50), "{text}");
        insta::assert_snapshot!("table_narrow", text);
    }

    #[test]
    fn without_a_terminal_nothing_is_broken() {
        insta::assert_snapshot!("table_wide", sheet().render(&Screen::default()));
    }

    #[test]
    fn headings_are_bold_in_colour_and_only_then() {
        let colour = Screen {
            width: None,
            colour: true,
        };
        assert!(sheet().render(&colour).starts_with("\x1b[1mfunction"));
        assert!(!sheet().render(&Screen::default()).contains('\x1b'));
    }

    #[test]
    fn nouns_agree_with_their_numbers() {
        assert_eq!(plural(1, "file"), "1 file");
        assert_eq!(plural(0, "file"), "0 files");
    }
}
