//! Reads numbers and texts from a message; what is not there is `None`.

/// What is left of a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.bytes(1)?.first().copied()
    }

    /// Most significant byte first, as PostgreSQL writes it.
    pub(super) fn i16(&mut self) -> Option<i16> {
        self.bytes(2)?.try_into().ok().map(i16::from_be_bytes)
    }

    /// Most significant byte first.
    pub(super) fn i32(&mut self) -> Option<i32> {
        self.bytes(4)?.try_into().ok().map(i32::from_be_bytes)
    }

    /// A text that ends with a zero, which is passed over.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let text = self.bytes(end)?;
        self.bytes(1)?;
        Some(text)
    }

    /// A number that says how long it is, as MySQL writes it.
    pub(super) fn length(&mut self) -> Option<u64> {
        let rest = match self.u8()? {
            small @ 0..=0xfa => return Some(u64::from(small)),
            0xfc => self.bytes(2)?,
            0xfd => self.bytes(3)?,
            0xfe => self.bytes(8)?,
            _ => return None,
        };
        let mut bytes = [0; 8];
        bytes.get_mut(..rest.len())?.copy_from_slice(rest);
        Some(u64::from_le_bytes(bytes))
    }
}
