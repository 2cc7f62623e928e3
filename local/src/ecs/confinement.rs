//! How far a system confines tasks' programs.

use super::launcher;

/// How far a system confines tasks' programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confinement {
    /// Files, signals and abstract sockets.
    Full,
    /// Files only.
    Files,
    /// Nothing.
    Nothing,
}

impl Confinement {
    /// Asks this system. Nothing is restricted by that.
    #[must_use]
    pub fn of_this_system() -> Self {
        launcher::confinement()
    }

    /// Returns what to tell a user whose tasks can do more than they should; `None` if they cannot.
    #[must_use]
    pub fn warning(self) -> Option<&'static str> {
        match self {
            Self::Full => None,
            Self::Files => Some(
                "restricted: only files: the system has a Landlock before version 6, so the program of \
                 a task can end your other programs",
            ),
            Self::Nothing => Some(
                "restricted: no: the system has no Landlock, so the program of a task can do what you can",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(Confinement::Full.warning(), None);
        for (confinement, start) in [
            (Confinement::Files, "restricted: only files"),
            (Confinement::Nothing, "restricted: no:"),
        ] {
            assert!(confinement.warning().is_some_and(|said| said.starts_with(start)));
        }
    }
}
