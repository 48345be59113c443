//! Searches that marks bound, and marks that bound nothing.

use super::while_tests::{is_open, retained};

#[test]
fn slots_let_things_in_once() {
    assert_eq!(
        retained(
            r#"
def f(grid: list):
    out = []
    rows, cols = len(grid), len(grid[0])
    visited = [[0] * cols for _ in range(rows)]
    queue = [(0, 0)]
    while queue:
        x, y = queue.pop(0)
        out.append(None)
        for dx, dy in [(0, 1), (1, 0)]:
            nx = x + dx
            ny = y + dy
            if 0 <= nx < rows and 0 <= ny < cols and visited[nx][ny] != 1 and grid[nx][ny] == 1:
                queue.append((nx, ny))
                visited[nx][ny] = 1
    return out
"#
        ),
        "9·len(grid)·len(grid[*]) + 113"
    );
    assert_eq!(
        retained(
            r#"
def f(grid: list):
    out = []
    queue = [(0, 0)]
    while queue:
        x, y = queue.pop()
        out.append(None)
        for nx, ny in [(x + 1, y), (x, y + 1)]:
            if grid[nx][ny] == 1:
                grid[nx][ny] = 0
                queue.append((nx, ny))
    return out
"#
        ),
        "73·len(grid[+]) + 177"
    );
}

#[test]
fn slots_bound_nothing_where_marks_are_taken_away() {
    is_open(
        r#"
def f(grid: list):
    out = []
    queue = [(0, 0)]
    while queue:
        x, y = queue.pop()
        out.append(None)
        for nx, ny in [(x + 1, y), (x, y + 1)]:
            if grid[nx][ny] == 1:
                grid[nx][ny] = 0
                queue.append((nx, ny))
        grid[x][y] = 1
    return out
"#,
    );
    is_open(
        r#"
def f(grid: list):
    out = []
    queue = [(0, 0)]
    while queue:
        x, y = queue.pop()
        out.append(None)
        for nx, ny in [(x + 1, y), (x, y + 1)]:
            if grid[nx][ny] == 1:
                grid[nx][ny] = 0
                for _ in range(3):
                    queue.append((nx, ny))
    return out
"#,
    );
    is_open(
        r#"
def f(graph, source):
    out = []
    queue = [source]
    queued = {source: True}
    while queue:
        node = queue.pop(0)
        out.append(None)
        queued[node] = False
        for other in graph[node]:
            if not queued[other]:
                queued[other] = True
                queue.append(other)
    return out
"#,
    );
    is_open(
        r#"
def f(graph, source):
    out = []
    queue = [source]
    seen = {source}
    while queue:
        node = queue.pop(0)
        out.append(None)
        seen.remove(node)
        for other in graph[node]:
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return out
"#,
    );
}

#[test]
fn what_is_counted_down_comes_to_a_number_once() {
    assert_eq!(
        retained(
            r#"
def f(n: int, graph, queue: list):
    out = []
    degree = [0] * n
    for u in range(n):
        for v in graph[u]:
            degree[v] += 1
    queue = [0]
    while queue:
        u = queue.pop(0)
        out.append(None)
        for v in graph[u]:
            degree[v] -= 1
            if degree[v] == 0:
                queue.append(v)
    return out
"#
        ),
        "9·n + 113"
    );
    is_open(
        r#"
def f(n: int, graph):
    out = []
    degree = [0] * n
    queue = [0]
    while queue:
        u = queue.pop(0)
        out.append(None)
        degree[u] += 5
        for v in graph[u]:
            degree[v] -= 1
            if degree[v] == 0:
                queue.append(v)
    return out
"#,
    );
}

#[test]
fn items_may_be_marked() {
    assert_eq!(
        retained(
            r#"
def f(graph):
    import heapq
    out = []
    seen = []
    heap = [(0, 1)]
    while heap:
        cost, node = heapq.heappop(heap)
        out.append(None)
        if node in seen:
            continue
        seen.append(node)
        for distance, other in graph[node]:
            if other not in seen:
                heapq.heappush(heap, (distance, other))
    return out
"#
        ),
        "9·len(graph[+]) + 113"
    );
    is_open(
        r#"
def f(graph):
    import heapq
    out = []
    seen = []
    heap = [(0, 1)]
    while heap:
        cost, node = heapq.heappop(heap)
        out.append(None)
        if node in seen:
            continue
        seen.append(node)
        for distance, other in graph[cost]:
            heapq.heappush(heap, (distance, other))
    return out
"#,
    );
}

#[test]
fn marks_may_stand_around_all_that_is_done() {
    assert_eq!(
        retained(
            r#"
def f(graph, start):
    out = []
    seen = set()
    stack = [start]
    while stack:
        node = stack.pop()
        out.append(None)
        if node not in seen:
            seen.add(node)
            for other in graph[node]:
                if other not in seen:
                    stack.append(other)
    return out
"#
        ),
        "9·len(graph[+]) + 113"
    );
    assert_eq!(
        retained(
            r#"
def f(graph, n):
    out = []
    seen = [False] * n
    stack = [0]
    while stack:
        node = stack.pop()
        out.append(None)
        if seen[node]:
            continue
        seen[node] = True
        stack.extend(graph[node])
    return out
"#
        ),
        "9·len(graph[+]) + 113"
    );
}

#[test]
fn a_test_without_a_mark_bounds_nothing() {
    is_open(
        r#"
def f(graph, start):
    out = []
    stack = [start]
    while stack:
        node = stack.pop()
        out.append(None)
        for other in graph[node]:
            if other not in stack:
                stack.append(other)
    return out
"#,
    );
    is_open(
        r#"
def f(graph, start, colours):
    out = []
    stack = [start]
    while stack:
        node = stack.pop()
        out.append(None)
        for other in graph[node]:
            if colours[other] == 1:
                stack.append(other)
    return out
"#,
    );
}

#[test]
fn numbers_are_taken_to_be_not_negative() {
    assert_eq!(
        retained(
            r#"
def f(graph, n):
    out = []
    dist = [-1] * n
    stack = [0]
    while stack:
        node = stack.pop()
        out.append(None)
        for other in graph[node]:
            if dist[other] == -1:
                dist[other] = dist[node] + 1
                stack.append(other)
    return out
"#
        ),
        "9·len(graph[+]) + 113"
    );
}
