//! A small API of pets, as a documentation page and as a spec folder.

use std::fs;
use std::path::{Path, PathBuf};

use manis_codegen::command::{self, Codegen, Exit};
use manis_codegen::progress::Progress;
use manis_codegen::{Error, Result};

/// The OpenAPI document inside the page, with a few of the exporter's defects.
pub const DOCUMENT: &str = r#"openapi: 3.1.0
info:
  title: Pets
  version: 1.0.0
paths:
  /pets/%7BpetId%7D:
    put:
      operationId: update_pet
      requestBody:
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/Pet'
      responses:
        '200':
          description: The pet.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Pet'
components:
  schemas:
    Pet:
      type: object
      properties:
        name:
          type: string
        nick:
          type:
            - string
            - 'null'
      required:
        - name
"#;

/// A page around a document.
pub fn page(document: &str) -> String {
    format!(
        "# Update a pet\n\n\
         PUT https://api.example.com/pets/%7BpetId%7D\n\n\
         Reference: https://docs.example.com/pets/update\n\n\
         ```yaml\n{document}```\n\n\
         ## Examples\n\n\
         ### 200: a dog\n\n\
         **Request**\n\n```json\n{{\"name\": \"Rex\"}}\n```\n\n\
         **Response**\n\n```json\n{{\"name\": \"Rex\", \"nick\": null}}\n```\n"
    )
}

/// A spec folder inside a crate, all of it temporary.
pub struct Spec {
    root: tempfile::TempDir,
}

impl Spec {
    /// A folder with nothing in it.
    pub fn empty() -> Self {
        Self { root: tempfile::tempdir().unwrap() }
    }

    /// A folder with one vendored document.
    pub fn of(document: &str) -> Self {
        let spec = Self::empty();
        spec.write("spec/upstream/pets.yaml", document);
        spec
    }

    /// A folder into which the page was vendored.
    pub fn vendored() -> Self {
        let spec = Self::empty();
        let input = spec.write("pets.md", page(DOCUMENT));
        spec.vendor(&[&input]).unwrap();
        spec
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn folder(&self) -> PathBuf {
        self.path("spec")
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let file = self.path(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Writes an overlay whose actions say what they were written against.
    pub fn overlay(&self, text: &str) -> PathBuf {
        let file = self.write("spec/overlay.yaml", text);
        command::overlay(&self.folder(), true, &mut Vec::new()).unwrap();
        file
    }

    /// Every file below, with its content.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        files_below(self.root.path())
    }

    /// The names of the files below a folder.
    pub fn names(&self, below: &str) -> Vec<String> {
        let names = self.files().into_iter().map(|(name, _)| name);
        names.filter_map(|name| name.strip_prefix(below).map(str::to_owned)).collect()
    }

    pub fn vendor(&self, inputs: &[&Path]) -> Result<String> {
        let inputs: Vec<_> = inputs.iter().map(|input| input.to_path_buf()).collect();
        let mut out = Vec::new();
        let exit = command::vendor(&self.folder(), &inputs, None, &Progress::default(), &mut out)?;
        assert_eq!(exit, Exit::Success);
        Ok(self.printed(out))
    }

    pub fn codegen(&self, change: impl FnOnce(&mut Codegen)) -> Result<(Exit, String)> {
        let mut options = Codegen { spec: self.folder(), ..Codegen::default() };
        change(&mut options);
        let mut out = Vec::new();
        let exit = command::codegen(&options, &mut out)?;
        Ok((exit, self.printed(out)))
    }

    /// What a command printed, without the temporary folder's name.
    fn printed(&self, out: Vec<u8>) -> String {
        let text = String::from_utf8(out).unwrap();
        text.replace(&format!("{}/", self.root.path().display()), "")
    }

    /// The error of a command that must have written nothing.
    #[track_caller]
    pub fn refused<T: std::fmt::Debug>(&self, command: impl FnOnce(&Self) -> Result<T>) -> Error {
        let before = self.files();
        let error = command(self).unwrap_err();
        assert!(before == self.files(), "something was written");
        error
    }
}

/// Every file below a folder, with its content.
pub fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    files.sort();
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            // A sparse file of 200 MB is its size, not its content.
            let small = fs::metadata(&path).unwrap().len() < 1 << 20;
            files.push((name, if small { fs::read(&path).unwrap() } else { Vec::new() }));
        }
    }
}
