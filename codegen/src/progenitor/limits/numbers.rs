//! Numbers have values here, and no texts: neither progenitor nor openapiv3 knows of any.

use super::Prepared;
use crate::syntax::number;

pub(super) fn prepare(prepared: &mut Prepared) {
    let document = std::mem::take(&mut prepared.document);
    prepared.document = number::without_texts(document);
}
