//! Links the two archives that both bundle a runtime, the wrapper first.
fn main() {
    let archives = std::env::var("ARCHIVES").expect("ARCHIVES: the folder of the archives");
    for name in ["libext_http.a", "libstdlib.a"] {
        println!("cargo:rustc-link-arg={archives}/{name}");
    }
    println!("cargo:rerun-if-env-changed=ARCHIVES");
}
