//! dev only
fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        match sslfix::rewrite::plan(&text, &sslfix::rewrite::Options::default()) {
            Ok(plan) => {
                for f in &plan.findings {
                    println!(
                        "{path}:{} [{}] {:?} {}",
                        text[..usize::from(f.range.start())].lines().count(),
                        f.codemod,
                        f.level,
                        f.message
                    );
                    for n in &f.notes {
                        println!("    {n}");
                    }
                    if let Some(x) = &f.fix {
                        println!("    fix ({:?}): {}", x.safety, x.title);
                    }
                }
                let d = similar::TextDiff::from_lines(&text, &plan.text);
                print!("{}", d.unified_diff().header("a", "b"));
            }
            Err(e) => println!("{path}: {e:?}"),
        }
    }
}
