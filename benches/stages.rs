//! How long each stage takes by itself on generated programs, and how all of them grow.

mod generator;

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group,
    criterion_main,
};
use heapcast::algebra::{Expr, Rational};
use heapcast::commands::SummaryRow;
use heapcast::commands::progress::Monitor;
use heapcast::program::{self, Options, Program};
use heapcast::project::{self, Project};
use heapcast::summary;
use heapcast_facts::cpython::SizeTable;
use heapcast_rules::Derived;

/// Lines of the programs that single stages run on.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// Lines of the programs that all stages run on.
const SCALING: [usize; 3] = [10_000, 100_000, 500_000];

fn project(lines: usize) -> Project {
    let files = generator::project(lines, 1);
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    Project::in_memory(&files)
}

fn load(project: &Project) -> Program {
    let options = Options {
        python: (3, 13),
        world: None,
        models: Vec::new(),
        threads: Some(1),
        keep_ir: true,
    };
    program::load(project, &options, &Monitor::silent()).expect("a generated program loads")
}

fn solve(program: &mut Program) -> Derived {
    program::solve(program, &Monitor::silent())
}

fn summarise(program: &Program, derived: &mut Derived, sizes: &SizeTable) -> Vec<SummaryRow> {
    let pool = project::pool(Some(1)).expect("a thread");
    pool.install(|| {
        let parts = summary::escapes(program, derived);
        summary::rows(
            program,
            &summary::summaries(program, derived, &parts, sizes, &[], [false, false]),
        )
    })
}

fn sizes() -> SizeTable {
    SizeTable::for_version(None).expect("the newest version has a table")
}

/// A group whose runs take so long that few of them must do: each sample is one run.
fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group
}

fn lower_stage(criterion: &mut Criterion) {
    let mut group = group(criterion, "lower");
    for lines in SIZES {
        let project = project(lines);
        group.throughput(Throughput::Elements(lines as u64));
        group.bench_function(BenchmarkId::from_parameter(lines), |bencher| {
            bencher.iter(|| load(&project));
        });
    }
}

fn solve_stage(criterion: &mut Criterion) {
    let mut group = group(criterion, "solve");
    for lines in SIZES {
        let mut program = load(&project(lines));
        group.throughput(Throughput::Elements(lines as u64));
        group.bench_function(BenchmarkId::from_parameter(lines), |bencher| {
            bencher.iter(|| solve(&mut program));
        });
    }
}

fn summarise_stage(criterion: &mut Criterion) {
    let mut group = group(criterion, "summarise");
    let sizes = sizes();
    for lines in SIZES {
        let mut program = load(&project(lines));
        let mut derived = solve(&mut program);
        group.throughput(Throughput::Elements(lines as u64));
        group.bench_function(BenchmarkId::from_parameter(lines), |bencher| {
            bencher.iter(|| summarise(&program, &mut derived, &sizes));
        });
    }
}

/// Proofs about maxima that stand in each other, each in the next more than once.
fn proofs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("proofs");
    for depth in [4, 8, 12] {
        let mut nested = &Expr::measure("n") - &Expr::measure("m");
        for level in 1..depth {
            let half = nested.floor_div(&Expr::from(2));
            let most = half.maximum(&(&nested - &Expr::from(level)));
            nested = &most - &half.scale(&Rational::from(3));
        }
        group.bench_function(BenchmarkId::from_parameter(depth), |bencher| {
            bencher.iter(|| nested.is_nonnegative());
        });
    }
    group.finish();
}

fn scaling(criterion: &mut Criterion) {
    let mut group = group(criterion, "scaling");
    let sizes = sizes();
    for lines in SCALING {
        let project = project(lines);
        group.throughput(Throughput::Elements(lines as u64));
        group.bench_function(BenchmarkId::from_parameter(lines), |bencher| {
            bencher.iter(|| {
                let mut program = load(&project);
                let mut derived = solve(&mut program);
                summarise(&program, &mut derived, &sizes)
            });
        });
    }
}

criterion_group!(
    benches,
    lower_stage,
    solve_stage,
    summarise_stage,
    proofs,
    scaling
);
criterion_main!(benches);
