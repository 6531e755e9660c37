//! A test authority and what it signs, made afresh for every run.
//!
//! `NAME.pem` has a certificate and its key, `NAME.crt` and `NAME.key` the one and the other.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use std::fs;
use std::path::Path;

/// Writes them all into a folder.
pub fn write(folder: &Path) {
    let folder = Folder(folder);

    let authority = folder.authority("ca", true);
    folder.leaf("server", "localhost", &["localhost"], &authority);
    folder.leaf("other", "other.example", &["other.example"], &authority);
    folder.leaf("address", "for the address", &["localhost", "127.0.0.1"], &authority);
    folder.leaf("client", "client", &["client.example"], &authority);
    folder.leaf("client2", "second client", &["client.example"], &authority);
    folder.write("expired", &expired(), Some(&authority));
    folder.write("alone", &params("localhost", &["localhost"]), None);

    let stranger = folder.authority("stranger-ca", true);
    folder.leaf("stranger", "localhost", &["localhost"], &stranger);
    folder.leaf("stranger-client", "stranger", &["client.example"], &stranger);

    let plain = folder.authority("plain-ca", false);
    folder.leaf("plain", "localhost", &["localhost"], &plain);
}

struct Folder<'a>(&'a Path);

impl Folder<'_> {
    /// Python 3.13's `create_default_context` refuses authorities that do not say what their key is for.
    fn authority(&self, file: &str, says_what_for: bool) -> Issuer<'static, KeyPair> {
        let mut params = params(&format!("authority {file}"), &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        if says_what_for {
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        }
        let key = self.write(file, &params, None);
        Issuer::new(params, key)
    }

    fn leaf(&self, file: &str, name: &str, hosts: &[&str], authority: &Issuer<KeyPair>) {
        self.write(file, &params(name, hosts), Some(authority));
    }

    fn write(&self, file: &str, params: &CertificateParams, authority: Option<&Issuer<KeyPair>>) -> KeyPair {
        let key = KeyPair::generate().expect("a key");
        let signed = match authority {
            Some(authority) => params.signed_by(&key, authority),
            None => params.self_signed(&key),
        };
        let certificate = signed.expect("a certificate").pem();
        let secret = key.serialize_pem();
        // An authority's file is what others trust, so its key is left out.
        let with = if file.ends_with("ca") { "" } else { &secret };
        self.save(file, "pem", &format!("{certificate}{with}"));
        self.save(file, "crt", &certificate);
        self.save(file, "key", &secret);
        key
    }

    fn save(&self, file: &str, ending: &str, text: &str) {
        fs::write(self.0.join(format!("{file}.{ending}")), text).expect("writes");
    }
}

fn params(name: &str, hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|host| host.to_string()).collect();
    let mut params = CertificateParams::new(hosts).expect("host names");
    params.distinguished_name.push(DnType::CommonName, name);
    params.use_authority_key_identifier_extension = true;
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    params
}

fn expired() -> CertificateParams {
    let mut params = params("localhost", &["localhost"]);
    params.not_after = date_time_ymd(2021, 1, 1);
    params
}
