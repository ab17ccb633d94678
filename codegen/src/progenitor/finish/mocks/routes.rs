//! Paths of operations, as mocks tell them apart.

use crate::document::operations::Operation;

/// A piece of a path.
enum Piece<'p> {
    Constant(&'p str),
    Parameter(&'p str),
}

fn pieces(path: &str) -> impl Iterator<Item = Piece<'_>> {
    path.split_inclusive('}').flat_map(|piece| {
        let parameter = piece.strip_suffix('}').and_then(|piece| piece.rsplit_once('{'));
        match parameter {
            Some((before, name)) => [Some(Piece::Constant(before)), Some(Piece::Parameter(name))],
            None => [Some(Piece::Constant(piece)), None],
        }
        .into_iter()
        .flatten()
    })
}

/// The names of the parameters in a path.
pub(super) fn parameters(path: &str) -> impl Iterator<Item = &str> {
    pieces(path).filter_map(|piece| match piece {
        Piece::Parameter(name) => Some(name),
        Piece::Constant(_) => None,
    })
}

/// The pattern that progenitor writes where a mock expects a value of a parameter.
pub(super) fn pattern_with(path: &str, parameter: &str) -> String {
    let any = |name: &str| if name == parameter { "{}" } else { ".*" };
    format!("^{}$", written(path, |name| any(name).to_owned()))
}

/// A path with other names of its parameters, in which no slash follows another, as progenitor writes it.
pub(super) fn renamed(path: &str, name: impl Fn(&str) -> String) -> String {
    written(path, |parameter| format!("{{{}}}", name(parameter)))
}

fn written(path: &str, parameter: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    for piece in pieces(path) {
        match piece {
            Piece::Constant(constant) => {
                let mut before = ' ';
                for c in constant.chars().filter(|c| {
                    let is_kept = *c != '/' || before != '/';
                    before = *c;
                    is_kept
                }) {
                    text.push(c);
                }
            }
            Piece::Parameter(name) => text += &parameter(name),
        }
    }
    text
}

/// Other operations' paths that are longer and end like this one: what is sent to them looks like a call of
/// this one below a base URL with a path. One that has fewer constants than this one is rather not meant.
pub(super) fn others<'o>(operation: &Operation, all: &'o [(String, Operation)]) -> Vec<&'o str> {
    let own = segments(&operation.path);
    let constants = |path: &[&str]| path.iter().filter(|segment| !segment.contains('{')).count();
    let may_be =
        |(one, other): (&&str, &&str)| one == other || one.contains('{') || other.contains('{');
    let others = all.iter().map(|(_, other)| other).filter(|other| {
        let longer = segments(&other.path);
        other.method == operation.method
            && longer.len() > own.len()
            && constants(&longer) >= constants(&own)
            && own.iter().rev().zip(longer.iter().rev()).all(may_be)
    });
    others.map(|other| other.path.as_str()).collect()
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{others, parameters, pattern_with, renamed};
    use crate::document::operations::Operation;

    fn get(path: &str) -> Operation {
        Operation { path: path.to_owned(), method: "get".to_owned() }
    }

    fn of(path: &str, all: &[&str]) -> Vec<String> {
        let all: Vec<_> = all.iter().map(|path| (String::new(), get(path))).collect();
        others(&get(path), &all).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn patterns_are_progenitors() {
        assert_eq!(pattern_with("/a//{b}/{c}.json", "b"), "^/a/{}/.*.json$");
        assert_eq!(parameters("/a/{b}/{c}.json").collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(renamed("/a/{b}/", |name| format!("{name}_")), "/a/{b_}/");
    }

    #[test]
    fn a_longer_path_that_ends_alike_is_told_apart() {
        assert_eq!(of("/pets", &["/pets", "/owners/{id}/pets"]), ["/owners/{id}/pets"]);
        assert_eq!(of("/pets/{id}", &["/owners/{id}/pets/{pet}"]), ["/owners/{id}/pets/{pet}"]);
        assert_eq!(of("/pets", &["/{tenant}/pets"]), ["/{tenant}/pets"]);
    }

    #[test]
    fn other_paths_are_not_confused() {
        assert!(of("/pets", &["/owners/{id}/cats", "/pets/{id}/owner", "/"]).is_empty());
        // Below a base URL `/api`, `/api/user` is rather `/user` than an organisation's repository.
        assert!(of("/user", &["/{organisation}/{repository}"]).is_empty());
    }
}
