//! IP address, version 4 or 6.
//!
//! Source: RFC 5952 (text form of version 6), RFC 4291 section 2.5.5.2 (version 4 mapped into 6, the same address as the version 4
//! one). Canonical form: dotted decimal without leading zeros, or RFC 5952's form. A port (`1.2.3.4:80`, `[::1]:80`), brackets and a zone (`%eth0`)
//! are dropped. What is no address (a network with a mask, a host name) is put in the form of the text kind and is implausible.

use super::text::Text;
use super::{Kind, Normaliser, Shape, is_missing};
use std::io::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Normaliser of [`Kind::Ip`].
pub struct Ip;

/// Bytes of the longest address with brackets, zone and port.
const LONGEST: usize = 80;

impl Normaliser for Ip {
    const KIND: Kind = Kind::Ip;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if is_missing(raw) {
            return Shape::Implausible;
        }
        if write_address(raw, out) {
            return Shape::Plausible;
        }
        Text.normalise(raw, out);
        // Full-width digits are ordinary digits by now.
        let mut again = Vec::new();
        if write_address(out, &mut again) {
            *out = again;
            return Shape::Plausible;
        }
        Shape::Implausible
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        // Written as version 4 with no zero to drop; version 6 takes the slow way.
        v4(raw).is_some() && !raw.split(|&b| b == b'.').any(|part| part.len() > 1 && part[0] == b'0')
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        write_address(raw, &mut Vec::new())
    }
}

/// Appends the canonical address, if `raw` is one.
fn write_address(raw: &[u8], out: &mut Vec<u8>) -> bool {
    let raw = raw.trim_ascii();
    if raw.len() > LONGEST || raw.is_empty() {
        return false;
    }
    let bare = without_port_and_zone(raw);
    let v6 = || std::str::from_utf8(bare).ok().and_then(|text| text.parse::<Ipv6Addr>().ok());
    if let Some(address) = v4(bare).or_else(|| v6().and_then(|a| a.to_ipv4_mapped())) {
        return write!(out, "{address}").is_ok();
    }
    v6().is_some_and(|address| write!(out, "{address}").is_ok())
}

fn without_port_and_zone(raw: &[u8]) -> &[u8] {
    if let Some(inner) = raw.strip_prefix(b"[") {
        return match inner.iter().position(|&b| b == b']') {
            Some(end) if end + 1 == inner.len() || is_port(&inner[end + 1..]) => without_zone(&inner[..end]),
            _ => raw,
        };
    }
    match raw.iter().position(|&b| b == b':') {
        // One colon after dots: version 4 with a port. Several: version 6.
        Some(colon) if raw[..colon].contains(&b'.') && is_port(&raw[colon..]) => &raw[..colon],
        _ => without_zone(raw),
    }
}

fn without_zone(raw: &[u8]) -> &[u8] {
    match raw.iter().position(|&b| b == b'%') {
        Some(percent) if raw[..percent].contains(&b':') && percent + 1 < raw.len() => &raw[..percent],
        _ => raw,
    }
}

fn is_port(rest: &[u8]) -> bool {
    rest.len() <= 6 && rest.strip_prefix(b":").is_some_and(super::digits::all_digits)
}

/// Four decimal numbers up to 255, leading zeros allowed (they are decimal in exports, octal nowhere).
fn v4(raw: &[u8]) -> Option<Ipv4Addr> {
    let mut octets = [0u8; 4];
    let mut parts = raw.split(|&b| b == b'.');
    for octet in &mut octets {
        let part = parts.next()?;
        if part.is_empty() || part.len() > 3 || !part.iter().all(u8::is_ascii_digit) {
            return None;
        }
        *octet = u8::try_from(part.iter().fold(0u16, |n, &d| n * 10 + u16::from(d - b'0'))).ok()?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    #[test]
    fn recognises_addresses() {
        laws::recognised(
            &Ip,
            &[
                ("192.0.2.1", "documentation network of RFC 5737"),
                ("0.0.0.0", "unspecified"),
                ("255.255.255.255", "broadcast"),
                ("192.000.002.001", "zeros filled up"),
                ("192.0.2.1:8080", "with a port"),
                ("2001:db8::1", "documentation network of RFC 3849"),
                ("2001:0DB8:0000:0000:0000:0000:0000:0001", "written out"),
                ("::1", "loopback"),
                ("::ffff:192.0.2.1", "version 4 mapped"),
                ("[2001:db8::1]:443", "brackets and port"),
                ("fe80::1%eth0", "with a zone"),
                (" 192.0.2.1 ", "spaces at the ends"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_address() {
        laws::refused(
            &Ip,
            &[
                ("192.0.2.256", "no octet above 255"),
                ("192.0.2", "three octets"),
                ("192.0.2.1.1", "five octets"),
                ("192.0.2.0/24", "a network"),
                ("192.0.2.x", "masked"),
                ("1.2.3.4567", "four digits"),
                ("12:30:00", "a time"),
                ("2001:db8:::1", "three colons"),
                ("2001:db8::g", "no hexadecimal digit"),
                ("[::1", "no closing bracket"),
                ("example.com", "a host name"),
                ("", "nothing"),
            ],
        );
    }

    #[test]
    fn canonical_forms() {
        laws::pairs(
            &Ip,
            &[
                ("192.000.002.001", "192.0.2.1"),
                ("192.0.2.1:8080", "192.0.2.1"),
                ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
                ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
                ("::FFFF:192.0.2.1", "192.0.2.1"),
                ("[::1]:80", "::1"),
                ("fe80::1%eth0", "fe80::1"),
                ("192.0.2.0/24", "192.0.2.0/24"),
                ("Host-1", "host-1"),
                ("１９２.0.2.1", "192.0.2.1"),
            ],
        );
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), v4 in "[0-9]{1,3}(\\.[0-9]{1,3}){3}(:[0-9]{1,5})?", v6 in "\\[?[0-9a-f:.]{2,24}(%[a-z])?(\\]:[0-9]{1,3})?") {
            laws::hold(&Ip, &raw);
            laws::hold(&Ip, v4.as_bytes());
            laws::hold(&Ip, v6.as_bytes());
        }

        #[test]
        fn every_address_is_its_own_text(bits in any::<u128>()) {
            let address = Ipv6Addr::from(bits);
            laws::hold(&Ip, address.to_string().as_bytes());
            prop_assert!(Ip.recognise(address.to_string().as_bytes()));
        }
    }
}
