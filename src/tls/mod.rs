//! The domain of TLS contexts, without syntax.
