//! SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding: the password is never sent, and the server shows that it knows it.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac, pbkdf2};

use super::Password;

/// More rounds than this are not made: the server decides how many, and each costs time.
const MAX_ROUNDS: u32 = 1_000_000;

/// `n`: no channel binding.
const HEADER: &str = "n,,";

/// The first half: the server has not answered yet.
#[derive(Debug)]
pub(super) struct Scram {
    user: String,
    nonce: String,
}

/// The second half: what the server must say in the end.
#[derive(Debug)]
pub(super) struct Proof {
    key: Vec<u8>,
    said: String,
}

impl Scram {
    /// Begins; the nonce is printable ASCII without a comma.
    pub(super) fn new(user: &str, nonce: &str) -> Scram {
        Scram {
            user: user.to_owned(),
            nonce: nonce.to_owned(),
        }
    }

    fn bare(&self) -> String {
        format!("n={},r={}", self.user, self.nonce)
    }

    pub(super) fn first(&self) -> String {
        format!("{HEADER}{}", self.bare())
    }

    /// What to send to the server's first message, and what to expect then.
    pub(super) fn answer(&self, server: &str, password: &Password) -> Result<(String, Proof), &'static str> {
        let mut fields = server.split(',');
        let mut field = |name: &str| fields.next().and_then(|field| field.strip_prefix(name));
        let nonce = field("r=").ok_or("no nonce")?;
        let salt = field("s=")
            .and_then(|salt| STANDARD.decode(salt).ok())
            .ok_or("no salt")?;
        let rounds = field("i=")
            .and_then(|rounds| rounds.parse::<u32>().ok())
            .ok_or("no number of rounds")?;
        if nonce.len() <= self.nonce.len() || !nonce.starts_with(&self.nonce) {
            return Err("its nonce does not begin with ours");
        }
        let rounds = NonZeroU32::new(rounds)
            .filter(|rounds| rounds.get() <= MAX_ROUNDS)
            .ok_or("a number of rounds that nobody makes")?;
        let mut salted = [0; digest::SHA256_OUTPUT_LEN];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            rounds,
            &salt,
            password.bytes(),
            &mut salted,
        );
        let client_key = mac(&salted, b"Client Key");
        let stored_key = digest::digest(&digest::SHA256, &client_key);
        let without_proof = format!("c={},r={nonce}", STANDARD.encode(HEADER));
        let said = format!("{},{server},{without_proof}", self.bare());
        let signature = mac(stored_key.as_ref(), said.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        let last = format!("{without_proof},p={}", STANDARD.encode(proof));
        let key = mac(&salted, b"Server Key");
        Ok((last, Proof { key, said }))
    }
}

impl Proof {
    /// Whether the server's last message shows that it knows the password.
    pub(super) fn holds(&self, server: &str) -> bool {
        let signature = server
            .split(',')
            .next()
            .and_then(|field| field.strip_prefix("v="));
        let Some(signature) = signature.and_then(|text| STANDARD.decode(text).ok()) else {
            return false;
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.key);
        hmac::verify(&key, self.said.as_bytes(), &signature).is_ok()
    }
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7677, section 3.
    #[test]
    fn the_example_of_the_standard() {
        let scram = Scram::new("user", "rOprNGfwEbeRWgbNEkqO");
        let server = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        let (last, proof) = scram.answer(server, &Password::new("pencil")).unwrap();
        let wanted = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        assert_eq!(last, wanted);
        assert!(proof.holds("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        assert!(!proof.holds("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        assert!(!proof.holds("e=other-error"));
    }

    #[test]
    fn a_server_may_not_choose_everything() {
        let password = Password::new("pencil");
        let scram = Scram::new("", "abc");
        for server in [
            "",
            "r=abc,s=AAAA,i=4096",
            "r=xyzabc,s=AAAA,i=4096",
            "r=abcd,s=!,i=4096",
            "r=abcd,s=AAAA,i=0",
            "r=abcd,s=AAAA,i=4294967295",
            "r=abcd,s=AAAA",
        ] {
            assert!(scram.answer(server, &password).is_err(), "{server}");
        }
    }
}
