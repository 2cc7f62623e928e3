//! Watching: a page on the terminal that is drawn anew after each look and each key, or without a
//! terminal a line for each change.

mod check;
mod class;
mod page;
mod status;

use std::time::Instant;

use serde_json::Value;

pub(crate) use check::CheckWatch;
pub(crate) use class::ClassWatch;
pub(crate) use status::StatusWatch;

use self::page::{Page, frame};
use super::{
    Shown,
    block::{Block, Size},
    frame::Look,
    json::now,
    line::Line,
    live::USUAL,
    out,
    signs::Signs,
};

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A letter.
    Letter(char),
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
}

/// The key that ends watching.
pub(crate) const QUIT: Key = Key::Letter('q');

/// Something that is looked at again and again.
pub(crate) trait Watched {
    /// What a look returns.
    type Look;

    /// Takes a look, and returns what there is to say where no page is drawn: all of it after the first
    /// look, then what has changed.
    fn take(&mut self, look: Self::Look) -> Vec<Box<dyn Shown>>;

    /// Acts on a key.
    fn press(&mut self, key: Key);

    /// Returns what is shown.
    fn page(&self) -> Page;
}

/// Something that has changed.
struct Change {
    text: String,
    json: Value,
}

impl Change {
    /// Returns one of now, about what this line of JSON describes.
    fn new(text: String, mut json: Value) -> Self {
        json["time"] = now().into();
        Self { text, json }
    }
}

impl Shown for Change {
    fn text(&self, _: bool) -> String {
        self.text.clone()
    }

    fn json(&self) -> Vec<Value> {
        vec![self.json.clone()]
    }
}

/// The part of the terminal on which a page is drawn.
pub(crate) struct Window {
    block: Block,
    signs: Signs,
    colours: bool,
    /// How many lines of the page are above what is shown.
    scrolled: usize,
    /// When the last look ended.
    looked: Option<Instant>,
}

impl Window {
    /// Creates one below what is on the terminal.
    pub(super) fn new() -> Self {
        Self {
            block: Block::default(),
            signs: Signs::of_locale(|name| std::env::var(name).ok()),
            colours: out::has_colours(),
            scrolled: 0,
            looked: None,
        }
    }

    /// Remembers that a look has ended.
    pub(crate) fn looked(&mut self) {
        self.looked = Some(Instant::now());
    }

    /// Takes a key that moves the page. Another one may change it, and then its top is shown.
    pub(crate) fn press(&mut self, key: Key) {
        self.scrolled = match key {
            Key::Up | Key::Letter('k') => self.scrolled.saturating_sub(1),
            // The page is not scrolled beyond its end when it is drawn.
            Key::Down | Key::Letter('j') => self.scrolled.saturating_add(1),
            Key::Letter(_) => 0,
        };
    }

    /// Draws the page over the last one.
    pub(crate) fn draw(&mut self, watched: &impl Watched) {
        let (lines, size) = self.lines(watched);
        out::draw(&self.block.draw(&[], &lines, size, &self.signs, self.colours));
    }

    /// Leaves the last page on the terminal, and the cursor below it.
    pub(crate) fn close(mut self, watched: &impl Watched) {
        let (mut lines, size) = self.lines(watched);
        // The keys have no effect any more.
        lines.pop();
        out::draw(&self.block.draw(&lines, &[], size, &self.signs, self.colours));
    }

    /// Returns the lines of the page, for the size that the terminal has now.
    fn lines(&mut self, watched: &impl Watched) -> (Vec<Line>, Size) {
        let size = out::size().unwrap_or(USUAL);
        let look = Look { signs: self.signs, size, verbose: false, frame: 0 };
        let age = self.looked.map(|looked| looked.elapsed());
        let (lines, scrolled) = frame(&watched.page(), &look, age, self.scrolled);
        self.scrolled = scrolled;
        (lines, size)
    }
}
