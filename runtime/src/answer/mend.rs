//! Decoding a body without what does not fit.
//!
//! A decoder stops at the first thing that does not fit. So that is taken out of the text, and the rest is
//! decoded again. Where the items of a list do not fit, each is decoded in a body of its own, without the
//! others: a list of thousands of which each has one odd field is read in a time that grows with its length,
//! not with its square.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::ops::Range;

use serde::de::DeserializeOwned;

use super::decode::{DecodeError, Decoded, Failed, Misfit, at_path, shown};
use super::json_text::{Step, items, remove, remove_unnamed};
use crate::info::OperationInfo;

/// How many fields of one body may not fit: more than a page of any list has.
pub(crate) const MOST: usize = 10_000;

/// How much may be decoded in all: so many times the body, and so many bytes more. A body that is made to
/// keep a program busy is an error.
const WORK: (usize, usize) = (64, 64 << 20);

/// What a decoding costs beside its bytes.
const EACH: usize = 1_000;

/// Decodes a body without what does not fit, which may be so many fields.
pub(crate) fn mended<T: DeserializeOwned>(
    body: Vec<u8>,
    info: &OperationInfo,
    most: usize,
) -> Result<Decoded<T>, DecodeError> {
    let left = body.len().saturating_mul(WORK.0).saturating_add(WORK.1);
    let (misfits, moved) = (Vec::new(), HashMap::new());
    let mut mending =
        Mending { info, most, left, misfits, edits: 0, moved, first: None, value: PhantomData };
    match mending.mend(body, &[])? {
        (_, Some(value)) => Ok((value, mending.misfits)),
        (_, None) => Err(mending.give_up()),
    }
}

struct Mending<'i, T> {
    info: &'i OperationInfo,
    most: usize,
    /// What may still be decoded.
    left: usize,
    misfits: Vec<Misfit>,
    /// How often something was taken out.
    edits: usize,
    /// How much less the indexes of a list are than they were in what was sent.
    moved: HashMap<Vec<Step>, usize>,
    /// The first reason is the one to tell: what comes after it may follow from it.
    first: Option<DecodeError>,
    value: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Mending<'_, T> {
    /// A body without what does not fit at a path, and its value if nothing else is in the way.
    fn mend(
        &mut self,
        mut body: Vec<u8>,
        within: &[Step],
    ) -> Result<(Vec<u8>, Option<T>), DecodeError> {
        loop {
            self.spend(body.len())?;
            let mut failed = match at_path::<T>(&body, self.info) {
                Ok(value) => return Ok((body, Some(value))),
                Err(failed) if failed.steps.starts_with(within) => failed,
                Err(_) => return Ok((body, None)),
            };
            if failed.is_too_deep {
                self.leave_depth(&mut failed.steps, within.len());
            }
            body = match self.one_by_one(&body, &failed.steps, within.len())? {
                Some(body) => body,
                None => self.leave_out(&body, failed, within)?,
            };
        }
    }

    fn spend(&mut self, bytes: usize) -> Result<(), DecodeError> {
        self.left = self.left.checked_sub(bytes + EACH).ok_or_else(|| self.give_up())?;
        Ok(())
    }

    fn give_up(&self) -> DecodeError {
        let too_much = || DecodeError::at(".".to_owned(), "too much does not fit");
        self.first.clone().unwrap_or_else(too_much)
    }

    /// Of a value that is nested too deep, the field goes, not a part of it that nobody declared.
    fn leave_depth(&self, steps: &mut Vec<Step>, least: usize) {
        let is_declared = |step: &Step| match step {
            Step::Name(name) => self.info.declared(name).is_some(),
            Step::Index(_) => false,
        };
        while steps.len() > least && !steps.last().is_some_and(is_declared) {
            steps.pop();
        }
    }

    /// Mends the items of a list, from the one that does not fit on, each in a body without the others; none
    /// if there are no others, or if that is no cheaper.
    fn one_by_one(
        &mut self,
        body: &[u8],
        steps: &[Step],
        least: usize,
    ) -> Result<Option<Vec<u8>>, DecodeError> {
        let is_index = |step: &Step| matches!(step, Step::Index(_));
        let Some(at) = steps.iter().skip(least).position(is_index) else { return Ok(None) };
        let (list, rest) = steps.split_at(least + at);
        let Some(Step::Index(first)) = rest.first() else { return Ok(None) };
        let items = items(body, list).unwrap_or_default();
        let (Some(start), Some(end)) = (items.first(), items.last()) else { return Ok(None) };
        let text = |range: Range<usize>| body.get(range).unwrap_or_default();
        let around = [text(0..start.start), text(end.end..body.len())];
        let others = items.len().saturating_sub(first + 1);
        let cost = others.saturating_mul(around.map(<[u8]>::len).iter().sum());
        if others == 0 || cost > body.len().saturating_mul(16).max(1 << 20) {
            return Ok(None);
        }
        let (origin, edits) = (self.original(list), self.edits);
        let before = self.moved.get(&origin).copied().unwrap_or(0);
        let alone = [list, &[Step::Index(0)]].concat();
        let mut kept: Vec<Vec<u8>> =
            items.iter().take(*first).map(|item| text(item.clone()).to_vec()).collect();
        for (index, item) in items.iter().enumerate().skip(*first) {
            self.moved.insert(origin.clone(), before + index);
            let (mended, _) =
                self.mend([around[0], text(item.clone()), around[1]].concat(), &alone)?;
            kept.extend(only_item(&mended, list));
        }
        self.moved.insert(origin, before + items.len() - kept.len());
        let whole = [around[0], kept.join(&b","[..]).as_slice(), around[1]].concat();
        Ok((self.edits > edits).then_some(whole))
    }

    /// Takes out what does not fit, and tells it.
    fn leave_out(
        &mut self,
        body: &[u8],
        failed: Failed,
        within: &[Step],
    ) -> Result<Vec<u8>, DecodeError> {
        let Failed { steps, reason, is_text, .. } = failed;
        let mut origin = self.original(&steps);
        // A name that is no text is not at a path, but what has it is.
        let unnamed = is_text.then(|| remove_unnamed(body, &steps)).flatten();
        let is_unnamed = unnamed.is_some();
        let mut path = shown(&origin, self.info);
        if is_unnamed {
            path = if path == "." { "*".to_owned() } else { path + ".*" };
        }
        let error = DecodeError::at(path.clone(), &reason);
        let error = self.first.get_or_insert(error).clone();
        if self.misfits.len() >= self.most {
            return Err(error);
        }
        let left = unnamed.or_else(|| remove(body, &steps)).ok_or(error)?;
        if !is_unnamed && steps != within && matches!(origin.pop(), Some(Step::Index(_))) {
            *self.moved.entry(origin).or_default() += 1;
        }
        // What is left out together with what holds it is one misfit.
        while self.misfits.last().is_some_and(|last| is_inside(last.path(), &path)) {
            self.misfits.pop();
        }
        self.misfits.push(Misfit::new(path, reason));
        self.edits += 1;
        Ok(left)
    }

    /// A path as it was in what was sent.
    fn original(&self, steps: &[Step]) -> Vec<Step> {
        let mut origin = Vec::with_capacity(steps.len());
        for step in steps {
            let step = match step {
                Step::Index(index) => {
                    Step::Index(index + self.moved.get(&origin).copied().unwrap_or(0))
                }
                name => name.clone(),
            };
            origin.push(step);
        }
        origin
    }
}

/// What is left of the one item of a list.
fn only_item(body: &[u8], list: &[Step]) -> Option<Vec<u8>> {
    let item = items(body, list)?.into_iter().next()?;
    Some(body.get(item)?.to_vec())
}

fn is_inside(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.starts_with(['.', '[']))
}
