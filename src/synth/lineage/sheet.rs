//! Rows before they are written: values without a spelling, and where each row comes from.

use super::super::field::{Field, PhoneStyle, Source, Style};
use super::super::person::Fact;

/// Concept of a column that counts the rows of an export.
pub(super) const ROW_NUMBER: &str = "row_number";

/// A dump before it is written.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
}

/// One column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) concept: &'static str,
    /// Header, as the institution has it.
    pub(super) header: &'static str,
    pub(super) style: Style,
    pub(super) shape: Shape,
    /// Can find a person or a record alone.
    pub(super) identifier: bool,
    /// Holds what only this institution assigns, so that agreement in it speaks for copying.
    pub(super) own: bool,
}

/// In which ways a column's values can be spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Phone,
    Date,
    Text,
    Number,
    /// One way only: issued identifiers, digits, digests.
    Fixed,
}

/// One row: values as they were typed in, before any style.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The same in every copy of the row, and in no other row.
    pub(super) origin: u64,
    /// Number of the person, or of the nobody that was made up.
    pub(super) person: u32,
    pub(super) cells: Vec<String>,
}

impl Column {
    pub(super) fn of_field(field: &Field) -> Column {
        let shape = match field.source {
            Source::Fact(Fact::Phone | Fact::HouseholdPhone) => Shape::Phone,
            Source::Fact(Fact::BirthDate) | Source::Created | Source::Updated | Source::Event(_) => Shape::Date,
            Source::Fact(Fact::Nik | Fact::Nkk | Fact::Bpjs | Fact::Card | Fact::Npwp) | Source::Issued(_) | Source::Secret => Shape::Fixed,
            Source::Number(..) => Shape::Number,
            Source::Fact(_) | Source::Code { .. } | Source::Office(_) => Shape::Text,
        };
        Column {
            concept: field.concept,
            header: field.column,
            style: field.style,
            shape,
            identifier: field.role == "identifier",
            own: !matches!(field.source, Source::Fact(_)),
        }
    }

    /// A column that no institution keeps.
    pub(super) fn plain(concept: &'static str, header: &'static str, shape: Shape) -> Column {
        Column { concept, header, style: Style::AsIs, shape, identifier: false, own: false }
    }
}

/// How all columns of a dump are spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spelling {
    pub(super) phone: PhoneStyle,
    pub(super) date: super::super::day::DateStyle,
    /// [`Style::AsIs`], [`Style::Upper`] or [`Style::Lower`].
    pub(super) text: Style,
}

impl Sheet {
    pub(super) fn position(&self, concept: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.concept == concept)
    }

    /// Keeps these columns, in this order.
    pub(super) fn take_columns(&mut self, kept: &[usize]) {
        self.columns = kept.iter().map(|&n| self.columns[n].clone()).collect();
        for row in &mut self.rows {
            row.cells = kept.iter().map(|&n| std::mem::take(&mut row.cells[n])).collect();
        }
    }

    /// Whether some row would say nothing if only these columns were kept.
    pub(super) fn leaves_blank_rows(&self, kept: &[usize]) -> bool {
        self.rows.iter().any(|row| kept.iter().all(|&n| row.cells[n].is_empty()))
    }

    pub(super) fn drop_blank_rows(&mut self) {
        self.rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    }

    pub(super) fn spell(&mut self, spelling: Spelling) {
        for column in &mut self.columns {
            column.style = match column.shape {
                Shape::Phone => Style::Phone(spelling.phone),
                Shape::Date => Style::Date(spelling.date),
                Shape::Text => spelling.text,
                Shape::Number | Shape::Fixed => Style::AsIs,
            };
        }
    }

    /// Puts a running number before the other columns, as spreadsheets and lists have it.
    pub(super) fn number_rows(&mut self) {
        if self.position(ROW_NUMBER).is_none() {
            self.columns.insert(0, Column::plain(ROW_NUMBER, "no", Shape::Number));
            self.rows.iter_mut().for_each(|row| row.cells.insert(0, String::new()));
        }
        self.number_again();
    }

    /// Gives the running number anew, where there is one.
    pub(super) fn number_again(&mut self) {
        if let Some(at) = self.position(ROW_NUMBER) {
            for (n, row) in self.rows.iter_mut().enumerate() {
                row.cells[at] = (n + 1).to_string();
            }
        }
    }

    /// Puts sheets one after another. A row is empty in the columns that its sheet does not have.
    pub(super) fn join(sheets: &[Sheet]) -> Sheet {
        let mut columns: Vec<Column> = Vec::new();
        for column in sheets.iter().flat_map(|s| &s.columns) {
            if columns.iter().all(|c| c.concept != column.concept) {
                columns.push(column.clone());
            }
        }
        let mut rows = Vec::with_capacity(sheets.iter().map(|s| s.rows.len()).sum());
        for sheet in sheets {
            let from: Vec<Option<usize>> = columns.iter().map(|c| sheet.position(c.concept)).collect();
            rows.extend(
                sheet.rows.iter().map(|row| Row {
                    cells: from.iter().map(|at| at.map_or_else(String::new, |at| row.cells[at].clone())).collect(),
                    ..*row
                }),
            );
        }
        Sheet { columns, rows }
    }
}
