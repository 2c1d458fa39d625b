//! Asks the wrapper something, lets the standard library spawn a task, and waits for the task.
extern "C" {
    fn ext_http_status() -> u32;
    fn std_spawn();
    fn rt_wait_for_event() -> u32;
}

fn main() {
    let has_run = unsafe {
        ext_http_status();
        std_spawn();
        (0..1000).any(|_| rt_wait_for_event() > 0)
    };
    println!("{}", if has_run { "PASS" } else { "starved" });
}
