//! The settings for people: which keys there are, what each does, and which value counts where, said by whom. What it says
//! of a key is what its definition says.

use super::{Configs, Layer, WrongConfig};
use crate::config::keys::{Config, nearest};
use crate::report;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// The JSON schema of the configuration, with a newline at the end.
pub fn schema() -> String {
    let mut text = serde_json::to_string_pretty(&schema_value()).unwrap_or_default();
    text.push('\n');
    text
}

/// What a key does, what it takes and what it is without a word.
///
/// # Errors
///
/// If there is no such key, with what was probably meant.
pub fn explain(key: &str) -> Result<String, String> {
    let schema = schema_value();
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return Err("there are no keys".into());
    };
    let Some(property) = properties.get(key) else {
        return Err(match nearest(key, properties.keys().map(String::as_str)) {
            Some(meant) => format!("there is no key `{key}`; did you mean `{meant}`?"),
            None => format!("there is no key `{key}`; `sslfix config` lists the keys"),
        });
    };
    let description = property.get("description").and_then(Value::as_str).unwrap_or_default();
    let mut lines = vec![key.to_string(), String::new(), description.to_string(), String::new()];
    lines.push(format!("takes: {}", taken(property, &schema)));
    if let Some(default) = property.get("default") {
        lines.push(format!("default: {default}"));
    }
    Ok(lines.join("\n") + "\n")
}

/// The settings that count for the files of a folder, as a configuration, each with who said it.
///
/// # Errors
///
/// If a configuration cannot be read or understood.
pub fn of_folder(configs: &Configs, folder: &Path) -> Result<String, WrongConfig> {
    settings(configs, &folder.join("x"))
}

/// The settings that count for a file, in the same way, and the codemods that look at it.
///
/// # Errors
///
/// If a configuration cannot be read or understood.
pub fn of_file(configs: &Configs, path: &Path) -> Result<String, WrongConfig> {
    let options = configs.options_for(path)?;
    let mut text = settings(configs, path)?;
    let names: Vec<&str> = options.codemods.names().collect();
    text.push_str(&format!("\n# codemods that look: {}\n", names.join(", ")));
    Ok(text)
}

fn settings(configs: &Configs, path: &Path) -> Result<String, WrongConfig> {
    let (place, _) = configs.place_of(path);
    place.project.options.clone()?;
    let layers = &place.project.layers;
    let said: Vec<toml::Table> = layers.iter().map(table).collect();
    let shown = |path: &Path| report::quoted(&report::shown(path, &configs.current_folder), "");
    let mut text = String::new();
    for key in keys() {
        let value = said
            .iter()
            .zip(layers)
            .find_map(|(said, layer)| Some((said.get(&key)?, layer)));
        let line = match value {
            Some((value, layer)) => {
                let said_by = layer.origin.of_key(&key, shown);
                let is_unheard =
                    key == "unsafe-fixes" && value.as_bool() == Some(true) && configs.unsafe_fixes(layers).is_none();
                let heard = if is_unheard { ", with --write or --dry-run" } else { "" };
                format!("{key} = {value}  # {said_by}{heard}\n")
            }
            None => match (key.as_str(), &place.project.oldest_python) {
                ("target-version", Ok(Some((version, path)))) => {
                    format!("{key} = \"{version}\"  # requires-python in {}\n", shown(path))
                }
                _ => format!("# {key} is not set\n"),
            },
        };
        text.push_str(&line);
        // What adds up.
        if key.starts_with("extend-") {
            let others = said
                .iter()
                .zip(layers)
                .filter_map(|(said, layer)| Some((said.get(&key)?, layer)));
            for (value, layer) in others.skip(1) {
                let said_by = layer.origin.of_key(&key, shown);
                text.push_str(&format!("# and {value}  # {said_by}\n"));
            }
        }
    }
    Ok(text)
}

fn table(layer: &Arc<Layer>) -> toml::Table {
    toml::Table::try_from(&layer.config).unwrap_or_default()
}

/// Every key that there is, in the order of the alphabet.
fn keys() -> Vec<String> {
    match schema_value().get("properties") {
        Some(Value::Object(properties)) => properties.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

fn schema_value() -> Value {
    let mut schema = Value::from(schemars::schema_for!(Config));
    let defaults = serde_json::to_value(Config::defaults()).unwrap_or_default();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (key, property) in properties {
            without_null(property);
            if let (Some(property), Some(default)) = (property.as_object_mut(), defaults.get(key)) {
                property.insert("default".into(), default.clone());
            }
        }
    }
    schema
}

/// TOML has no word for nothing: a key that is not set is not there.
fn without_null(property: &mut Value) {
    let Some(property) = property.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [kind] = &types[..] {
            let kind = kind.clone();
            property.insert("type".into(), kind);
        }
    }
    for list in ["enum", "anyOf"] {
        if let Some(Value::Array(values)) = property.get_mut(list) {
            values.retain(|value| !value.is_null() && value.get("type").is_none_or(|kind| kind != "null"));
        }
    }
    if let Some(Value::Array(values)) = property.get("anyOf")
        && let [Value::Object(only)] = &values[..]
    {
        let only = only.clone();
        property.remove("anyOf");
        for (key, value) in only {
            property.entry(key).or_insert(value);
        }
    }
}

fn taken(property: &Value, schema: &Value) -> String {
    if let Some(Value::String(reference)) = property.get("$ref") {
        let definition = reference.strip_prefix('#').and_then(|pointer| schema.pointer(pointer));
        return definition
            .map(|definition| taken(definition, schema))
            .unwrap_or_default();
    }
    let quoted = |value: &Value| value.to_string();
    if let Some(Value::Array(values)) = property.get("enum") {
        return values.iter().map(quoted).collect::<Vec<_>>().join(", ");
    }
    if let Some(Value::Array(choices)) = property.get("oneOf") {
        let choices = choices.iter().filter_map(|choice| choice.get("const"));
        return choices.map(quoted).collect::<Vec<_>>().join(", ");
    }
    match property.get("type").and_then(Value::as_str) {
        Some("boolean") => "true, false".into(),
        Some("array") => match property.get("items") {
            Some(items) => format!("a list of {}", taken(items, schema)),
            None => "a list".into(),
        },
        Some("object") => match property.get("additionalProperties") {
            Some(values) => format!("a table of {}", taken(values, schema)),
            None => "a table".into(),
        },
        Some(kind) => format!("a {kind}"),
        None => "anything".into(),
    }
}
