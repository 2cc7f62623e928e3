//! Compares the template of a stack with the lab's.

use crate::{engine::Setting, lab::files, resources::difference};

/// Compares a template with the lab's, by the first line that differs.
pub(super) fn compared(actual: Option<&str>) -> Setting {
    const NAME: &str = "TemplateBody";
    const AS_IN_FILE: &str = "as in `templates/core.yml`";
    let Some(actual) = actual else { return Setting::maybe(NAME, AS_IN_FILE, None::<&str>) };
    match difference::first_differing_line(files::CORE_STACK, actual) {
        Some((expected, actual)) => Setting::new(NAME, expected, actual),
        None => Setting::new(NAME, AS_IN_FILE, AS_IN_FILE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_differs_in_one_line() {
        assert!(!compared(Some(files::CORE_STACK.trim())).differs());
        let (first, _) = files::CORE_STACK.split_once('\n').unwrap();
        let other = files::CORE_STACK.replacen(first, "Other: true", 1);
        let setting = compared(Some(&other));
        assert_eq!(
            (setting.name.as_str(), setting.actual.as_str()),
            ("TemplateBody", "line 1: `Other: true`")
        );
        assert!(compared(None).differs());
    }
}
