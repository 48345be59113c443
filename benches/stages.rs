//! How long each stage takes on generated programs.

mod generator;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use heapcast::commands::progress::Monitor;
use heapcast::program::{self, Options, Program};
use heapcast::project::Project;

/// Lines of the generated programs.
const SIZES: [usize; 2] = [1_000, 10_000];

fn project(lines: usize) -> Project {
    let files = generator::project(lines, 1);
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    Project::in_memory(&files)
}

fn load(project: &Project) -> Option<Program> {
    let options = Options {
        python: (3, 13),
        world: None,
        models: Vec::new(),
        threads: Some(1),
        keep_ir: false,
    };
    program::load(project, &options, &Monitor::silent()).ok()
}

fn stages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stages");
    group.sample_size(10);
    for lines in SIZES {
        let project = project(lines);
        group.throughput(Throughput::Elements(lines as u64));
        group.bench_function(BenchmarkId::new("lower", lines), |bencher| {
            bencher.iter(|| load(&project));
        });
        let Some(mut program) = load(&project) else {
            continue;
        };
        group.bench_function(BenchmarkId::new("solve", lines), |bencher| {
            bencher.iter(|| program::solve(&mut program, &Monitor::silent()));
        });
    }
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
