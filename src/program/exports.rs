//! The names that `from module import *` brings, through any number of modules.

use heapcast_facts::{Map, Obj, Symbol, Symbols, Var};

/// One module's part in star imports.
#[derive(Debug, Default, Clone)]
pub(super) struct Module {
    /// Its own globals.
    pub(super) globals: Map<Symbol, Var>,
    /// Its `__all__`.
    pub(super) exports: Option<Vec<Symbol>>,
    /// The modules (of the project) that it imports everything from, in order.
    pub(super) stars: Vec<Obj>,
}

/// The star imports of a program.
#[derive(Debug, Default)]
pub(super) struct Exports {
    pub(super) modules: Map<Obj, Module>,
    starred: Map<Obj, Map<Symbol, Var>>,
}

impl Exports {
    /// Follows star imports until nothing new comes in.
    pub(super) fn close(&mut self, symbols: &Symbols) {
        let mut importers: Vec<Obj> = self
            .modules
            .iter()
            .filter(|(_, module)| !module.stars.is_empty())
            .map(|(&object, _)| object)
            .collect();
        importers.sort_unstable();
        // A chain of star imports is at most as long as there are importers.
        for _ in 0..importers.len().max(1) {
            let mut changed = false;
            for &importer in &importers {
                let sources = self.modules[&importer].stars.clone();
                for source in sources {
                    let names = self.exported(source, symbols);
                    let own = self.starred.entry(importer).or_default();
                    for (name, cell) in names {
                        changed |= own.insert(name, cell) != Some(cell);
                    }
                }
            }
            if !changed {
                break;
            }
        }
    }

    fn exported(&self, module: Obj, symbols: &Symbols) -> Vec<(Symbol, Var)> {
        let Some(own) = self.modules.get(&module) else {
            return Vec::new();
        };
        let mut names: Vec<(Symbol, Var)> = match &own.exports {
            Some(exports) => exports
                .iter()
                .filter_map(|&name| Some((name, self.cell(module, name)?)))
                .collect(),
            None => own
                .globals
                .iter()
                .chain(self.starred.get(&module).into_iter().flatten())
                .map(|(&name, &cell)| (name, cell))
                .filter(|&(name, _)| !symbols.text(name).starts_with('_'))
                .collect(),
        };
        names.sort_unstable();
        names
    }

    /// The cell of a module's global, its own or one that a star import brings.
    pub(super) fn cell(&self, module: Obj, name: Symbol) -> Option<Var> {
        self.modules
            .get(&module)
            .and_then(|own| own.globals.get(&name))
            .or_else(|| self.starred(module, name))
            .copied()
    }

    /// What a star import of a module brings under a name.
    pub(super) fn export(&self, module: Obj, name: Symbol, symbols: &Symbols) -> Option<Var> {
        let own = self.modules.get(&module)?;
        let is_exported = match &own.exports {
            Some(exports) => exports.contains(&name),
            None => !symbols.text(name).starts_with('_'),
        };
        self.cell(module, name).filter(|_| is_exported)
    }

    fn starred(&self, module: Obj, name: Symbol) -> Option<&Var> {
        self.starred.get(&module).and_then(|names| names.get(&name))
    }

    /// The globals that star imports bring, by module, sorted.
    pub(super) fn brought(&self) -> Vec<(Obj, Symbol, Var)> {
        let mut rows: Vec<_> = self
            .starred
            .iter()
            .flat_map(|(&module, names)| {
                names.iter().map(move |(&name, &cell)| (module, name, cell))
            })
            .filter(|&(module, name, _)| !self.modules[&module].globals.contains_key(&name))
            .collect();
        rows.sort_unstable();
        rows
    }
}
