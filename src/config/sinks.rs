//! `[[sinks]]`: functions of the user's own that take a context, a protocol or the old parameters. What a declaration may
//! say, and what it says.

use crate::rewrite::{Helper, VariableName};
use crate::tls::role::Side;
use crate::tls::wrappers::{Parameter, Replacement, Takes, Wrapper};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::num::NonZeroUsize;

/// So long can the name of a declared function be: files that are too large are looked through in windows.
pub const LONGEST_NAME: usize = 64;

/// All declared functions, no parameter twice.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(try_from = "Vec<Sink>")]
#[schemars(inline)]
pub struct Sinks(Vec<Sink>);

/// A function of the project's own, by its dotted name, and one thing that it takes.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(inline)]
struct Sink {
    /// The function with its module, such as `acme.net.open_tls`.
    function: String,
    /// The parameter that takes a context.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<String>,
    /// The parameter that takes a protocol constant.
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    /// The function has the parameters of that old function.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<ParametersName>,
    /// As which argument the parameter can be given, too; the first is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<NonZeroUsize>,
    /// The side that the function uses the context for.
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<SideName>,
    /// What takes the place of an old protocol: `ssl.PROTOCOL_TLS_CLIENT`, `ssl.PROTOCOL_TLS_SERVER`,
    /// `ssl.TLSVersion.TLSv1_2`, `ssl.TLSVersion.TLSv1_3` or `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    replacement: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
enum ParametersName {
    WrapSocket,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
enum SideName {
    Client,
    Server,
}

impl Sinks {
    /// As the plan knows them.
    pub fn wrappers(&self) -> Vec<Wrapper> {
        self.0.iter().filter_map(|sink| sink.wrapper().ok()).collect()
    }
}

impl TryFrom<Vec<Sink>> for Sinks {
    type Error = String;

    fn try_from(sinks: Vec<Sink>) -> Result<Sinks, String> {
        let wrappers = sinks
            .iter()
            .map(Sink::wrapper)
            .collect::<Result<Vec<Wrapper>, String>>()?;
        for (index, wrapper) in wrappers.iter().enumerate() {
            if let Some(what) = wrappers[..index].iter().find_map(|other| clash(wrapper, other)) {
                return Err(format!("`{}` is declared twice with {what}", wrapper.function));
            }
        }
        Ok(Sinks(sinks))
    }
}

/// What two declarations both speak of.
fn clash(one: &Wrapper, other: &Wrapper) -> Option<String> {
    let parameter = |wrapper: &Wrapper| match &wrapper.takes {
        Takes::Context { parameter, .. } | Takes::Protocol { parameter, .. } => Some(parameter.clone()),
        Takes::WrapSocket => None,
    };
    if one.function != other.function {
        return None;
    }
    match (parameter(one), parameter(other)) {
        (None, None) => Some("`parameters`".into()),
        (Some(one), Some(other)) if one.name == other.name => Some(format!("the parameter `{}`", one.name)),
        (Some(one), Some(other)) => match (one.position, other.position) {
            (Some(position), Some(same)) if position == same => Some(format!("the argument {position}")),
            _ => None,
        },
        _ => None,
    }
}

impl Sink {
    /// As the plan knows it.
    ///
    /// # Errors
    ///
    /// If it says too little or too much.
    fn wrapper(&self) -> Result<Wrapper, String> {
        let raw = self;
        let function = raw.function.clone();
        let is_name = function.contains('.') && function.is_ascii() && Helper::module(&function).is_ok();
        if !is_name
            || function
                .rsplit('.')
                .next()
                .is_some_and(|last| last.len() > LONGEST_NAME)
        {
            return Err(format!(
                "`{function}` is no dotted name of a function with its module, such as `acme.net.open_tls`"
            ));
        }
        let parameter = |name: String| match VariableName::new(&name) {
            Ok(_) => Ok(Parameter {
                name,
                position: raw.position.map(NonZeroUsize::get),
            }),
            Err(_) => Err(format!("`{name}` is no name of a parameter of `{function}`")),
        };
        let only = |key: &str, of: &str| {
            Err(format!(
                "`{key}` of `{function}` says something about `{of}`, which is missing"
            ))
        };
        let takes = match (raw.context.clone(), raw.protocol.clone(), raw.parameters) {
            (Some(context), None, None) => Takes::Context {
                parameter: parameter(context)?,
                side: match raw.side {
                    Some(SideName::Client) => Side::Client,
                    Some(SideName::Server) => Side::Server,
                    None => {
                        return Err(format!(
                            "`{function}` takes a context: say `side = \"client\"` or `side = \"server\"`"
                        ));
                    }
                },
            },
            (None, Some(protocol), None) => Takes::Protocol {
                parameter: parameter(protocol)?,
                replacement: raw.replacement.as_deref().map(replacement).transpose()?,
            },
            (None, None, Some(ParametersName::WrapSocket)) => Takes::WrapSocket,
            (None, None, None) => {
                return Err(format!(
                    "`{function}` takes nothing: say `context`, `protocol` or `parameters`"
                ));
            }
            _ => {
                return Err(format!(
                    "`{function}` takes more than one of `context`, `protocol` and `parameters`: declare it once for each"
                ));
            }
        };
        if raw.side.is_some() && !matches!(takes, Takes::Context { .. }) {
            return only("side", "context");
        }
        if raw.replacement.is_some() && !matches!(takes, Takes::Protocol { .. }) {
            return only("replacement", "protocol");
        }
        if raw.position.is_some() && takes == Takes::WrapSocket {
            return Err(format!(
                "`position` of `{function}` contradicts `parameters`, which have the positions of `ssl.wrap_socket`"
            ));
        }
        Ok(Wrapper { function, takes })
    }
}

fn replacement(text: &str) -> Result<Replacement, String> {
    let all = Replacement::ALL;
    all.into_iter()
        .find(|replacement| replacement.declared() == text)
        .ok_or_else(|| {
            let all = all.map(|replacement| format!("`{}`", replacement.declared()));
            format!(
                "`{text}` cannot take the place of a protocol; what can: {}",
                all.join(", ")
            )
        })
}
