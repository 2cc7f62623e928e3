//! A file of the lab as students get it: with placeholders, or without.

use std::borrow::Cow;

use super::{Kind, Placeholder, Template, TemplateError, Values};

/// A file of the lab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LabFile {
    /// Its path, such as `templates/core.yml`.
    pub(crate) path: Cow<'static, str>,
    /// Its bytes, without values.
    pub(crate) content: Cow<'static, [u8]>,
    /// Its format, and the optional ones of its placeholders; `None` if it has no placeholders.
    values: Option<(Kind, &'static [Placeholder])>,
}

impl LabFile {
    /// Creates it from a template.
    pub(crate) fn of(template: &Template<'static>) -> Self {
        Self::with(template, Cow::Borrowed(template.text))
    }

    /// Creates it from a template with a changed text.
    pub(crate) fn with(template: &Template<'static>, text: Cow<'static, str>) -> Self {
        let content = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        let values = Some((template.kind, template.optional));
        Self { path: template.path.into(), content, values }
    }

    /// Creates one without placeholders.
    pub(crate) fn plain(
        path: impl Into<Cow<'static, str>>,
        content: impl Into<Cow<'static, [u8]>>,
    ) -> Self {
        Self { path: path.into(), content: content.into(), values: None }
    }

    /// Returns its bytes with the values that are there filled in, and the placeholders that stay.
    ///
    /// # Errors
    /// When a placeholder is not the lab's.
    pub(crate) fn fill_in(
        &self,
        values: &Values,
    ) -> Result<(Cow<'_, [u8]>, Vec<Placeholder>), TemplateError> {
        let Some((kind, optional)) = self.values else {
            return Ok((Cow::Borrowed(&self.content), Vec::new()));
        };
        let text = String::from_utf8_lossy(&self.content);
        let template = Template { path: &self.path, kind, text: &text, optional };
        let (text, kept) = template.fill_in(values)?;
        Ok((Cow::Owned(text.into_bytes()), kept))
    }
}
