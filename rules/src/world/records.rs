//! Objects that rules make up on the way, each the same whenever it is made of the same parts.

use heapcast_facts::Obj;

use super::World;
use crate::Record;

impl World {
    /// The number of the first record.
    pub(crate) fn first_record(&self) -> u32 {
        self.kinds.len() as u32
    }

    /// The records, in order.
    pub(crate) fn into_records(self) -> Vec<Record> {
        self.records
    }

    pub(crate) fn record(&self, object: Obj) -> Option<Record> {
        object
            .0
            .checked_sub(self.first_record())
            .and_then(|index| self.records.get(index as usize))
            .copied()
    }

    pub(super) fn make(&mut self, record: Record) -> Obj {
        if let Some(&object) = self.record_ids.get(&record) {
            return object;
        }
        let object = Obj((self.kinds.len() + self.records.len()) as u32);
        self.records.push(record);
        self.record_ids.insert(record, object);
        object
    }

    /// The static object that `object` is, or is a copy of.
    pub(crate) fn original(&self, object: Obj) -> Obj {
        match self.record(object) {
            Some(Record::Copy(_, original)) => original,
            _ => object,
        }
    }
}
