//! What the rules are told beyond the code itself: which functions are cloned for each call,
//! which parameters are hubs, and what callers outside of the program may pass.
//!
//! All of it is decided from names and counts, before anything is derived, so that the size of
//! the result stays in proportion to the program.

mod callers;
mod clones;
mod crowds;
mod ducks;
mod specials;
mod strings;
mod survey;

use super::{Known, Program};
use crate::project::World;
use survey::Survey;

/// Applies the policies to a linked program.
pub(super) fn apply(program: &mut Program, known: &Known, world: World) {
    let survey = Survey::of(program);
    survey.hubs(program);
    survey.merged_classes(program);
    survey.stored_parameters(program);
    survey.stored_specials(program);
    clones::decide(&survey, program);
    survey.receivers(program, known, world);
    survey.defaults(program, world);
    match world {
        World::Open => {
            survey.parameters(program, known);
            survey.overridden(program);
            let containers = program.facts.annotated_container.iter();
            program.facts.alloc.extend(containers);
        }
        World::Closed => {
            survey.drop_annotations(program);
            program.facts.declared_attribute.clear();
            program.facts.annotated_container.clear();
            program.facts.annotated_element.clear();
        }
    }
    strings::prefixes(program);
    strings::named_strings(program, known);
}
