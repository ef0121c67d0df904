//! A page of Markdown in one of the languages, on which nothing that a document says can become markup.

use crate::report::lang::Lang;

/// The page as it grows. Texts given to it are the program's own, in English; what a document says goes through [`escape`] first.
#[derive(Debug)]
pub struct Page {
    /// Its language.
    pub lang: Lang,
    text: String,
}

impl Page {
    /// An empty page.
    #[must_use]
    pub fn new(lang: Lang) -> Page {
        Page { lang, text: String::new() }
    }

    /// A text in the page's language.
    #[must_use]
    pub fn say(&self, text: &str) -> String {
        self.lang.say(text).into_owned()
    }

    /// A text that the document holds (a verdict's sentence, a hint), in the page's language and without markup.
    #[must_use]
    pub fn quote(&self, text: &str) -> String {
        escape(&self.lang.say(text))
    }

    /// A place that a person must fill in. All look alike, so that a search finds them.
    #[must_use]
    pub fn blank(&self, what: &str) -> String {
        format!("[{}: {}]", self.say("to be filled in"), self.say(what))
    }

    /// A heading; 1 is the highest level.
    pub fn heading(&mut self, level: usize, text: &str) {
        let text = self.say(text);
        self.text.push_str(&format!("{} {text}\n\n", "#".repeat(level)));
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: &str) {
        let text = self.say(text);
        self.raw_paragraph(&text);
    }

    /// A paragraph of texts that were said already.
    pub fn raw_paragraph(&mut self, text: &str) {
        self.text.push_str(&format!("{text}\n\n"));
    }

    /// An entry of a list; [`Page::end`] ends the list.
    pub fn item(&mut self, text: &str) {
        let text = self.say(text);
        self.raw_item(&text);
    }

    /// An entry of texts that were said already.
    pub fn raw_item(&mut self, text: &str) {
        self.text.push_str(&format!("- {text}\n"));
    }

    /// An entry with a name before it; `text` was said already.
    pub fn labelled(&mut self, label: &str, text: &str) {
        let label = self.say(label);
        self.raw_item(&format!("{label}: {text}"));
    }

    /// A row of a table; the first one is its header. [`Page::end`] ends the table.
    pub fn row(&mut self, cells: &[String], header: bool) {
        self.text.push_str(&format!("| {} |\n", cells.join(" | ")));
        if header {
            self.text.push_str(&format!("|{}\n", " --- |".repeat(cells.len())));
        }
    }

    /// Ends a list or a table.
    pub fn end(&mut self) {
        self.text.push('\n');
    }

    /// The page, with one line end at its end.
    #[must_use]
    pub fn finish(self) -> String {
        let mut text = self.text;
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}

/// A foreign text as Markdown shows it unchanged (CommonMark 0.31, section 2.4; tables and links of GitHub's dialect): one line, nothing in it
/// emphasises, links, names a character, begins a block or a cell.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // What only means something at the start of a line: a list, a heading under the line before, a number of a list.
    let first_number = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in line.char_indices() {
        let rest = &line[at..];
        let starts_block = at == 0 && matches!(c, '-' | '+' | '=') || at == first_number && at > 0 && matches!(c, '.' | ')');
        // Addresses that would become links by themselves.
        let links = rest.starts_with("://") || c == '.' && line[..at].to_ascii_lowercase().ends_with("www");
        if starts_block
            || links
            || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' | '$' | '@' | '{' | '}' | '^')
        {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
