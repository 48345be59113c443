//! Where a tracked value is, as seen from a variable, and where it ends up.
//!
//! The escape rules follow a value through code without naming objects. What they know of it at a
//! variable is an access path of length one: the variable holds the value itself, or an object
//! with the value in (or below) one field.

use heapcast_facts::{Field, FieldKind, Var};

use crate::Via;

/// Where a tracked value is, as seen from what a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    /// The variable holds it.
    Itself,
    /// In that field.
    At(Field),
    /// In that field, or reachable from what the field holds.
    Below(Field),
    /// Here, or reachable from here.
    Anywhere,
    /// Put into an object that was taken out of that field, or out of something below it: whatever
    /// else was put into the field may be that object.
    Within(Field),
    /// As [`Place::Within`], of any field, or put into this very object.
    Throughout,
}

impl Place {
    /// Where the value is for a variable that reads `field`; none if the field does not hold it.
    pub(crate) fn read(self, field: Field) -> Option<Self> {
        match self {
            Self::Itself => None,
            Self::At(held) => meets(held, field).then_some(Self::Itself),
            Self::Below(held) => meets(held, field).then_some(Self::Anywhere),
            Self::Anywhere => Some(Self::Anywhere),
            Self::Within(held) => meets(held, field).then_some(Self::Throughout),
            Self::Throughout => Some(Self::Throughout),
        }
    }

    /// Where the value is for a variable that reads some field.
    pub(crate) fn read_any(self) -> Option<Self> {
        match self {
            Self::Itself => None,
            Self::At(_) => Some(Self::Itself),
            Self::Below(_) | Self::Anywhere => Some(Self::Anywhere),
            Self::Within(_) | Self::Throughout => Some(Self::Throughout),
        }
    }

    /// Where the value is for a variable that gets an element by iterating. Attributes are none; what
    /// a class of the program makes of its own when it is iterated over, its methods give.
    pub(crate) fn read_element(self) -> Option<Self> {
        match self.field() {
            Some(field) if field.is_attribute() => None,
            _ => self.read_any(),
        }
    }

    /// Where the value is for an object that takes over the elements of this one.
    pub(crate) fn elements(self) -> Option<Self> {
        match self {
            Self::Itself => None,
            Self::At(held) => element(held).map(Self::At),
            Self::Below(held) | Self::Within(held) => element(held).map(Self::Below),
            Self::Anywhere | Self::Throughout => Some(Self::Below(Field::UNKNOWN)),
        }
    }

    /// Where the value is for an object that is given this one in `field`.
    pub(crate) fn under(self, field: Field) -> Self {
        match self {
            Self::Itself => Self::At(field),
            _ => Self::Below(field),
        }
    }

    /// The field that it tells from others.
    pub(crate) fn field(self) -> Option<Field> {
        match self {
            Self::At(field) | Self::Below(field) | Self::Within(field) => Some(field),
            Self::Itself | Self::Anywhere | Self::Throughout => None,
        }
    }

    /// A place that does not tell fields apart, and holds whatever this one does.
    pub(crate) fn widened(self) -> Self {
        match self {
            Self::At(_) | Self::Below(_) => Self::Anywhere,
            Self::Within(_) => Self::Throughout,
            Self::Itself | Self::Anywhere | Self::Throughout => self,
        }
    }

    /// Whether the value may have been put into what this object's `field` holds.
    pub(crate) fn is_within(self, field: Field) -> bool {
        match self {
            Self::Within(held) => meets(held, field),
            Self::Throughout => true,
            _ => false,
        }
    }

    /// Whether the value may have been put into an element of this object.
    pub(crate) fn is_within_element(self) -> bool {
        match self {
            Self::Within(held) => held == Field::ALL || element(held).is_some(),
            Self::Throughout => true,
            _ => false,
        }
    }

    /// Whether the value may have been put into something that this object holds.
    pub(crate) fn is_within_any(self) -> bool {
        matches!(self, Self::Within(_) | Self::Throughout)
    }
}

/// Whether what was stored under one field may be read under the other.
fn meets(left: Field, right: Field) -> bool {
    let is_element = |field: Field| field.is_element() || field == Field::ALL;
    let is_open = |field: Field| field == Field::UNKNOWN || field == Field::ALL;
    left == right || (is_element(left) && is_element(right) && (is_open(left) || is_open(right)))
}

/// The field of an element, or of a key, in a container that it is copied to.
fn element(field: Field) -> Option<Field> {
    match field.kind() {
        FieldKind::Attribute(_) => None,
        FieldKind::Keys => Some(Field::KEYS),
        _ => Some(Field::UNKNOWN),
    }
}

/// A place, and whether it tells of the flow of the value or of the object that it was put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum State {
    /// The variable may hold the value there.
    Flow(Place),
    /// The value was put there, into the object that the variable holds: wherever the variable
    /// has that object from, the value is there too.
    Put(Place),
}

impl State {
    /// Where the value is.
    pub(crate) fn place(self) -> Place {
        match self {
            Self::Flow(place) | Self::Put(place) => place,
        }
    }

    /// The state with a place that does not tell fields apart.
    pub(crate) fn widened(self) -> Self {
        match self {
            Self::Flow(place) => Self::Flow(place.widened()),
            Self::Put(place) => Self::Put(place.widened()),
        }
    }
}

/// A value as it is made.
pub(crate) const ITSELF: State = State::Flow(Place::Itself);

/// A value with all that is reachable from it.
pub(crate) const WITH_PARTS: State = State::Flow(Place::Anywhere);

/// How an argument becomes a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Binding {
    /// As it is.
    Same,
    /// The parameter is something that the argument holds (`f(*xs)`, a bound method's receiver).
    Spread,
    /// The parameter is a new container with the argument in that field (`*args`, `**kwargs`).
    Packed(Field),
    /// The parameter is a new container with the argument's elements.
    Repacked,
}

impl Binding {
    /// The place of the value as seen from the parameter.
    pub(crate) fn enter(self, place: Place) -> Option<Place> {
        match self {
            Self::Same => Some(place),
            Self::Spread => place.read_any(),
            Self::Packed(field) => Some(place.under(field)),
            Self::Repacked => place.elements(),
        }
    }

    /// The place, as seen from the argument, of a value that was put into the parameter.
    pub(crate) fn leave(self, place: Place) -> Option<Place> {
        match self {
            Self::Same => Some(place),
            Self::Spread => Some(Place::Throughout),
            Self::Packed(field) => place.is_within(field).then_some(Place::Throughout),
            Self::Repacked => place.is_within_element().then_some(Place::Throughout),
        }
    }
}

/// Where a value ends up when its function has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Ending {
    /// In the function's result.
    Result(Place),
    /// In what the generator yields.
    Yielded(Place),
    /// In a raised exception.
    Thrown(Place),
    /// In the object that the parameter holds.
    Formal(Var, Place),
    /// In a global variable.
    Global,
    /// In a variable that several functions share.
    Closure,
    /// In code that cannot be seen.
    Unknown,
}

impl Ending {
    /// Where the value is in what a call of the function gives.
    pub(crate) fn in_result(self) -> Option<Place> {
        match self {
            Self::Result(place) => Some(place),
            Self::Yielded(place) => Some(place.under(Field::UNKNOWN)),
            _ => None,
        }
    }

    /// Whether the value stays there whoever called the function.
    pub(crate) fn is_for_good(self) -> bool {
        matches!(self, Self::Global | Self::Closure | Self::Unknown)
    }

    /// Through what the value outlives the function; not for [`Ending::Formal`].
    pub(crate) fn via(self) -> Option<Via> {
        match self {
            Self::Result(_) => Some(Via::Returned),
            Self::Yielded(_) => Some(Via::Yielded),
            Self::Thrown(_) => Some(Via::Thrown),
            Self::Formal(..) => None,
            Self::Global => Some(Via::Global),
            Self::Closure => Some(Via::Closure),
            Self::Unknown => Some(Via::Unknown),
        }
    }
}
