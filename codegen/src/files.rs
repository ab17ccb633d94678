//! Results on disk: computed first, compared second, written last and only where they differ.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::bounds::MAX_FILE_MIB;
use crate::error::{Error, Problem, Result, Stage};

/// Files to be, by path.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Files(BTreeMap<PathBuf, String>);

/// How a file on disk differs from what it should be.
#[cfg(feature = "commands")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The file.
    pub file: PathBuf,
    /// A unified diff from what is there to what should be.
    pub diff: String,
}

impl Files {
    /// Adds a file.
    pub fn add(&mut self, file: impl Into<PathBuf>, content: impl Into<String>) {
        self.0.insert(file.into(), content.into());
    }

    /// Adds all of another set.
    #[cfg(feature = "commands")]
    pub(crate) fn extend(&mut self, others: Files) {
        self.0.extend(others.0);
    }

    /// The files and their contents, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.0.iter().map(|(file, content)| (file.as_path(), content.as_str()))
    }

    /// What differs on disk. A file that is not there differs from the empty one.
    ///
    /// # Errors
    /// A file that is there and cannot be read.
    #[cfg(feature = "commands")]
    pub fn stale(&self) -> Result<Vec<Stale>> {
        let stale = self.differing()?.into_iter().map(|(file, new, old)| {
            let name = file.display().to_string();
            let old = old.as_deref().unwrap_or_default();
            let diff = similar::TextDiff::configure()
                .timeout(crate::bounds::MAX_DIFF_TIME)
                .diff_lines(old, new);
            let diff = diff.unified_diff().header(&name, &name).to_string();
            Stale { file: file.to_owned(), diff }
        });
        Ok(stale.collect())
    }

    /// The files that are to be written, each with what is there.
    fn differing(&self) -> Result<Vec<(&Path, &str, Option<String>)>> {
        let mut differing = Vec::new();
        for (file, new) in self.iter() {
            let old = match fs::read(file) {
                // Whoever reads a pipe waits for it.
                _ if is_stream(file) => None,
                Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => return Err(Error::io(Stage::Output, "cannot read", file, error)),
            };
            if old.as_deref() != Some(new) {
                differing.push((file, new, old));
            }
        }
        Ok(differing)
    }

    /// Writes what differs and returns which files that were. Every file is complete beside its
    /// place before the first is renamed into it, so a failure leaves what was there. A link stays one, and what
    /// it leads to is replaced; `/dev/stdout` and pipes are written to.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self) -> Result<Vec<PathBuf>> {
        let (mut ready, mut streams) = (Vec::new(), Vec::new());
        for (file, new, _) in self.differing()? {
            let failed = |error| Error::io(Stage::Output, "cannot write", file, error);
            if is_stream(file) {
                streams.push((file, new));
                continue;
            }
            let place = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
            let temporary = beside::write(&place, new).map_err(failed)?;
            ready.push((file, place, temporary));
        }
        let mut written = Vec::new();
        for (file, new) in streams {
            write_to(file, new)
                .map_err(|error| Error::io(Stage::Output, "cannot write", file, error))?;
            written.push(file.to_owned());
        }
        for (file, place, temporary) in ready {
            beside::rename(temporary, &place)
                .map_err(|error| Error::io(Stage::Output, "cannot replace", file, error))?;
            written.push(file.to_owned());
        }
        Ok(written)
    }
}

/// Whether a path is a pipe or a device, which no file may replace.
fn is_stream(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|it| !it.is_file() && !it.is_dir())
}

fn write_to(stream: &Path, text: &str) -> std::io::Result<()> {
    fs::OpenOptions::new().write(true).open(stream)?.write_all(text.as_bytes())
}

/// The folder of a file that is to be, made if it is not there.
fn folder_of(file: &Path) -> std::io::Result<&Path> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    Ok(folder)
}

/// A complete file that waits for its name. It is closed: there may be more of them than a process
/// may have open.
#[cfg(feature = "commands")]
mod beside {
    use std::io::{Result, Write};
    use std::path::Path;

    use tempfile::{NamedTempFile, TempPath};

    pub(super) fn write(file: &Path, content: &str) -> Result<TempPath> {
        let mut temporary = NamedTempFile::new_in(super::folder_of(file)?)?;
        temporary.write_all(content.as_bytes())?;
        make_readable(&temporary, file)?;
        Ok(temporary.into_temp_path())
    }

    pub(super) fn rename(temporary: TempPath, file: &Path) -> Result<()> {
        temporary.persist(file).map_err(|error| error.error)
    }

    /// Others may read a source file, but not a temporary one. Who may read a file that is there already still may
    /// when it is replaced.
    #[cfg(unix)]
    fn make_readable(temporary: &NamedTempFile, file: &Path) -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let new = || std::fs::Permissions::from_mode(0o644);
        let permissions = std::fs::metadata(file).map_or_else(|_| new(), |it| it.permissions());
        temporary.as_file().set_permissions(permissions)
    }

    #[cfg(not(unix))]
    fn make_readable(_: &NamedTempFile, _: &Path) -> Result<()> {
        Ok(())
    }
}

/// The same for a build script, whose folder is its own: no name has to be made that nobody else has.
#[cfg(not(feature = "commands"))]
mod beside {
    use std::ffi::OsString;
    use std::fs;
    use std::io::Result;
    use std::path::{Path, PathBuf};

    pub(super) fn write(file: &Path, content: &str) -> Result<PathBuf> {
        let mut name = OsString::from(".");
        name.push(file.file_name().unwrap_or_default());
        name.push(".new");
        let temporary = super::folder_of(file)?.join(name);
        fs::write(&temporary, content)?;
        Ok(temporary)
    }

    pub(super) fn rename(temporary: PathBuf, file: &Path) -> Result<()> {
        fs::rename(temporary, file)
    }
}

/// Reads a UTF-8 file of at most [`MAX_FILE_MIB`], without reading more than that.
///
/// # Errors
/// A file that cannot be read, is larger or is not UTF-8.
pub(crate) fn read(stage: Stage, path: &Path) -> Result<String> {
    let unreadable = |error| Error::io(stage, "cannot read", path, error);
    let too_large = || Error::new(stage, Problem::TooLarge { limit: MAX_FILE_MIB }).in_file(path);
    let limit = MAX_FILE_MIB << 20;
    let file = fs::File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.len() > limit {
        return Err(too_large());
    }
    // A pipe or a device has no length to look at first.
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1;
        Error::new(stage, Problem::NotUtf8 { offset }).in_file(path).at_line(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files::default();
        files.add(folder.path().join("a"), "1\n");
        assert_eq!(files.write().unwrap().len(), 1);
        let before = fs::metadata(folder.path().join("a")).unwrap().modified().unwrap();
        assert!(files.write().unwrap().is_empty());
        assert_eq!(fs::metadata(folder.path().join("a")).unwrap().modified().unwrap(), before);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old\n").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut files = Files::default();
        files.add(&link, "new\n");
        assert_eq!(files.write().unwrap().len(), 1);
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(real).unwrap(), "new\n");
    }

    #[test]
    #[cfg(unix)]
    fn a_device_is_written_to_and_not_replaced() {
        // A link, so that a mistake replaces it and not the device.
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        let mut files = Files::default();
        files.add(&link, "new\n");
        assert_eq!(files.write().unwrap().len(), 1);
        assert_eq!(fs::read_link(link).unwrap(), Path::new("/dev/null"));
    }

    #[test]
    #[cfg(unix)]
    fn a_private_file_stays_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "old\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let mut files = Files::default();
        files.add(&file, "new\n");
        files.write().unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_failure_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("blocker"), "x").unwrap();
        let mut files = Files::default();
        files.add(folder.path().join("a"), "1\n");
        files.add(folder.path().join("blocker/below-a-file"), "2\n");
        assert!(files.write().is_err());
        assert!(!folder.path().join("a").exists());
    }

    #[test]
    fn more_files_than_may_be_open() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files::default();
        (0..5_000).for_each(|at| files.add(folder.path().join(at.to_string()), "1\n"));
        assert_eq!(files.write().unwrap().len(), 5_000);
    }

    #[test]
    #[cfg(feature = "commands")]
    fn stale_shows_the_line_that_differs() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "one\ntwo\n").unwrap();
        let mut files = Files::default();
        files.add(folder.path().join("a"), "one\n2\n");
        let [stale] = &files.stale().unwrap()[..] else { panic!("one file") };
        assert!(stale.diff.contains("-two\n+2\n"), "{}", stale.diff);
    }

    #[test]
    fn a_file_of_200_mb_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big");
        // A sparse file: no machine has to hold it.
        fs::File::create(&path).unwrap().set_len(200 << 20).unwrap();
        let error = read(Stage::Vendor, &path).unwrap_err();
        assert!(matches!(*error.problem, Problem::TooLarge { .. }));
    }
}
