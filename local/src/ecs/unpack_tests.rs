use std::io::Write as _;

use tar::{Builder, Header};

use super::*;
use crate::test_folder::Folder;

struct Container(Folder);

impl Container {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        fs::create_dir_all(&*folder).unwrap();
        Self(folder)
    }

    fn root(&self) -> PathBuf {
        self.0.join("root")
    }

    /// Writes layers and unpacks them.
    fn unpack(&self, layers: &[Layer]) -> io::Result<()> {
        let files: Vec<PathBuf> = layers
            .iter()
            .enumerate()
            .map(|(number, layer)| {
                let path = self.0.join(format!("layer-{number}"));
                fs::write(&path, layer.bytes()).unwrap();
                path
            })
            .collect();
        unpack(&files, &self.root())
    }

    fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.root().join(path)).ok()
    }
}

#[derive(Default)]
struct Layer(Vec<(String, EntryType, String)>);

impl Layer {
    fn with(mut self, name: &str, kind: EntryType, content: &str) -> Self {
        self.0.push((name.to_owned(), kind, content.to_owned()));
        self
    }

    fn file(self, name: &str, text: &str) -> Self {
        self.with(name, EntryType::Regular, text)
    }

    fn link(self, name: &str, to: &str) -> Self {
        self.with(name, EntryType::Symlink, to)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut tar = Builder::new(Vec::new());
        for (name, kind, content) in &self.0 {
            let mut header = Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_mode(0o4777);
            // The name is written as it is: the crate itself refuses malicious ones.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            let is_file = *kind == EntryType::Regular;
            if !is_file {
                header.as_old_mut().linkname[..content.len()].copy_from_slice(content.as_bytes());
            }
            let data = if is_file { content.as_bytes() } else { &[] };
            header.set_size(data.len() as u64);
            header.set_cksum();
            tar.append(&header, data).unwrap();
        }
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&tar.into_inner().unwrap()).unwrap();
        gzip.finish().unwrap()
    }
}

#[test]
fn layers_lie_over_one_another() {
    let container = Container::new("layers");
    let below = Layer::default()
        .file("etc/a", "old")
        .file("etc/b", "stays")
        .file("data/x", "x")
        .file("gone", "g");
    let above = Layer::default()
        .file("./etc/a", "new")
        .file("data/y", "y")
        .file("data/.wh..wh..opq", "")
        .file(".wh.gone", "");
    container.unpack(&[below, above]).unwrap();
    assert_eq!(container.text("etc/a").as_deref(), Some("new"));
    assert_eq!(container.text("etc/b").as_deref(), Some("stays"));
    assert_eq!(container.text("data/y").as_deref(), Some("y"));
    assert_eq!((container.text("data/x"), container.text("gone")), (None, None));
}

#[test]
fn nothing_leads_out() {
    let outside = |layer: Layer| {
        let container = Container::new("out");
        fs::write(container.0.join("outside"), "untouched").unwrap();
        let done = container.unpack(&[layer]);
        assert_eq!(fs::read_to_string(container.0.join("outside")).unwrap(), "untouched");
        assert!(!container.0.join("evil").exists());
        done.is_err()
    };
    assert!(outside(Layer::default().file("../evil", "x")));
    assert!(outside(Layer::default().file("a/../../evil", "x")));
    assert!(outside(Layer::default().link("up", "..")));
    assert!(outside(Layer::default().link("deep/up", "../../outside")));
    assert!(outside(Layer::default().link("up", "/../outside")));
    assert!(outside(Layer::default().with("hard", EntryType::Link, "../outside")));
    assert!(outside(Layer::default().with("dev", EntryType::Char, "")));
    assert!(outside(Layer::default().with("fifo", EntryType::Fifo, "")));
    assert!(outside(Layer::default().file(".wh...", "")));
}

#[test]
fn links_mean_the_image() {
    let container = Container::new("links");
    let layer = Layer::default()
        .with("usr/bin", EntryType::Directory, "")
        .link("bin", "/usr/bin")
        .link("etc", "usr/../usr")
        .file("bin/tool", "tool")
        .file("etc/conf", "conf");
    container.unpack(&[layer]).unwrap();
    assert_eq!(container.text("usr/bin/tool").as_deref(), Some("tool"));
    assert_eq!(container.text("usr/conf").as_deref(), Some("conf"));
    let resolved = rooted::resolve(&container.root(), Path::new("/bin/../../bin/tool")).unwrap();
    assert_eq!(
        resolved,
        container.root().join("usr/bin/tool").as_path().parent().unwrap().join("tool")
    );
}

#[test]
fn a_link_of_a_lower_layer_is_replaced_and_not_written_through() {
    let container = Container::new("through");
    fs::write(container.0.join("outside"), "untouched").unwrap();
    let below = Layer::default().link("file", "/etc/somewhere");
    let above = Layer::default().file("file", "own");
    container.unpack(&[below, above]).unwrap();
    assert!(!fs::symlink_metadata(container.root().join("file")).unwrap().is_symlink());
    assert_eq!(container.text("file").as_deref(), Some("own"));
}

#[cfg(unix)]
#[test]
fn modes_are_kept_without_what_is_dangerous() {
    use std::os::unix::fs::PermissionsExt as _;
    let container = Container::new("modes");
    container.unpack(&[Layer::default().file("run", "x")]).unwrap();
    let mode = fs::metadata(container.root().join("run")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o755);
}
