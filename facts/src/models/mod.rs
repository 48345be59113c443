//! Models: what builtins and libraries return, keep, call and allocate, written as data.
//!
//! A modelled function is a function whose body is facts. `facts/models/README.md` describes the
//! files; this module reads and checks them, and turns them into input relations.

mod body;
mod check;
mod definition;
mod embedded;
mod emit;
mod error;
mod lexer;
mod parser;
mod read;
mod shape;
mod signature;
mod size;
mod syntax;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use definition::{Definition, Kind};
pub use emit::{ModelNames, NextIds};
pub use error::ModelError;
pub use shape::Shape;
pub use size::{Allocation, FunctionCost, Growth, Several, SizeExpr, TableKind};

/// All models in use, by full name.
#[derive(Debug, Clone, Default)]
pub struct Models {
    definitions: BTreeMap<String, Definition>,
}

impl Models {
    /// The models that come with the program.
    #[must_use]
    pub fn builtin() -> Self {
        let mut models = Self::default();
        let result = models.add(&embedded::FILES);
        debug_assert!(result.is_ok(), "embedded models: {result:?}");
        models
    }

    /// Adds every `.toml` file of the folder, in order of their names; what they define takes
    /// the place of earlier definitions of the same full name.
    ///
    /// # Errors
    /// Everything that is wrong with the files; the models are then as they were.
    pub fn load_dir(&mut self, folder: &Path) -> Result<(), Vec<ModelError>> {
        let unreadable = |path: &Path, error: std::io::Error| {
            vec![ModelError {
                file: path.display().to_string(),
                line: 0,
                message: format!("cannot be read: {error}"),
            }]
        };
        let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| unreadable(folder, error))?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let text =
                    std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
                files.push((path.display().to_string(), text));
            }
        }
        files.sort();
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        self.add(&files)
    }

    /// Adds files given as name and text, like [`Models::load_dir`].
    ///
    /// # Errors
    /// Everything that is wrong with the files; the models are then as they were.
    pub fn add(&mut self, files: &[(&str, &str)]) -> Result<(), Vec<ModelError>> {
        let mut errors = Vec::new();
        let mut next = self.definitions.clone();
        for (file, text) in files {
            for (name, definition) in read::definitions(file, text, &mut errors) {
                let implied = matches!(definition.kind, Kind::Module) && next.contains_key(&name);
                if !implied {
                    next.insert(name, definition);
                }
            }
        }
        check::add_modules(&mut next);
        check::check(&next, &mut errors);
        if errors.is_empty() {
            self.definitions = next;
            return Ok(());
        }
        errors.sort();
        errors.dedup();
        Err(errors)
    }

    /// What the modelled function of that full name (`builtins.list.append`) allocates by itself.
    #[must_use]
    pub fn costs(&self, name: &str) -> Option<&FunctionCost> {
        match &self.definitions.get(name)?.kind {
            Kind::Function(function) => Some(&function.cost),
            Kind::Alias(_) => self.costs(check::resolve(&self.definitions, "", name)?),
            _ => None,
        }
    }

    /// The bytes of an instance of the modelled class, besides what making it allocates.
    #[must_use]
    pub fn instance_bytes(&self, name: &str) -> Option<u64> {
        self.first_bases(name).find_map(|(_, class)| class.bytes)
    }

    /// How long the modelled constant of that full name is, such as `string.digits`.
    #[must_use]
    pub fn constant_length(&self, name: &str) -> Option<u64> {
        match self.definitions.get(name)?.kind {
            Kind::Value(_, length) => length,
            _ => None,
        }
    }

    /// The `__init__` of the modelled class, its own or an ancestor's.
    #[must_use]
    pub fn maker(&self, name: &str) -> Option<String> {
        let mut makers = self
            .first_bases(name)
            .map(|(name, _)| format!("{name}.__init__"));
        makers.find(|maker| self.definitions.contains_key(maker))
    }

    /// The modelled class, its first base, that one's first base, and so on.
    fn first_bases(&self, name: &str) -> impl Iterator<Item = (&str, &definition::Class)> {
        let start = self.definitions.get_key_value(name);
        std::iter::successors(
            start.and_then(|(name, definition)| match &definition.kind {
                Kind::Class(class) => Some((name.as_str(), class)),
                _ => None,
            }),
            |&(name, class)| {
                let module = check::module_of(&self.definitions, name);
                check::class(&self.definitions, module, class.bases.first()?)
            },
        )
        // As deep as classes of libraries nest, and no circle keeps us.
        .take(16)
    }

    /// The names of the parameters of the modelled function, in order, as [`SizeExpr`]s use them.
    #[must_use]
    pub fn parameters(&self, name: &str) -> Option<Vec<&str>> {
        match &self.definitions.get(name)?.kind {
            Kind::Function(function) => {
                let parameters = function.body.parameters.iter();
                Some(parameters.map(|parameter| &*parameter.name).collect())
            }
            _ => None,
        }
    }

    /// The parameter that takes all further positional arguments of the modelled function.
    #[must_use]
    pub fn star(&self, name: &str) -> Option<&str> {
        let mut parameters = self.body(name)?.parameters.iter();
        let star = parameters.find(|parameter| parameter.passing == syntax::Passing::Star);
        star.map(|parameter| &*parameter.name)
    }

    /// What a call of the modelled function gives.
    #[must_use]
    pub fn result(&self, name: &str) -> Shape {
        self.body(name).map_or(Shape::Unknown, shape::result)
    }

    /// What a call of the modelled function puts into the argument for a parameter.
    #[must_use]
    pub fn stored(&self, name: &str, parameter: &str) -> Option<Shape> {
        shape::stored(self.body(name)?, parameter)
    }

    fn body(&self, name: &str) -> Option<&syntax::Body> {
        match &self.definitions.get(name)?.kind {
            Kind::Function(function) => Some(&function.body),
            Kind::Alias(_) => self.body(check::resolve(&self.definitions, "", name)?),
            _ => None,
        }
    }

    /// How many modules, classes, functions, and other names are modelled.
    #[must_use]
    pub fn counts(&self) -> [(&'static str, usize); 4] {
        let mut counts = [0; 4];
        for definition in self.definitions.values() {
            counts[match definition.kind {
                Kind::Module => 0,
                Kind::Class(_) => 1,
                Kind::Function(_) => 2,
                Kind::Value(..) | Kind::Alias(_) => 3,
            }] += 1;
        }
        let [modules, classes, functions, others] = counts;
        [
            ("modules", modules),
            ("classes", classes),
            ("functions", functions),
            ("other names", others),
        ]
    }
}
