//! A proxy on loopback, and a server that speaks TLS behind it.
#![allow(dead_code, reason = "no test uses all of it")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use openapi_client_runtime::Bytes;
use openapi_client_runtime::reqwest::Certificate;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// A name that no resolver knows (RFC 2606): only a proxy finds it.
pub const HOST: &str = "api.example.test";

/// What was received, one text a connection or request.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn add(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// A server with a certificate for [`HOST`] and `localhost`, which answers 200 to everything.
pub struct TlsServer {
    pub address: SocketAddr,
    pub pem: String,
    pub seen: Seen,
}

impl TlsServer {
    pub async fn start() -> Self {
        Self::speaking(&[]).await
    }

    /// One that says which protocols it speaks, by ALPN.
    pub async fn speaking(protocols: &[&str]) -> Self {
        let names = vec![HOST.to_owned(), "localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Seen::default());
        let server = Self { address, pem: made.cert.pem(), seen: seen.clone() };
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                let (acceptor, seen) = (acceptor.clone(), seen.clone());
                tokio::spawn(async move {
                    let Ok(mut connection) = acceptor.accept(connection).await else { return };
                    if connection.get_ref().1.alpn_protocol() == Some(b"h2") {
                        return speak_http2(connection, &seen).await;
                    }
                    seen.add(read_head(&mut connection).await);
                    let answer =
                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
                    let _ = connection.write_all(answer.as_bytes()).await;
                    let _ = connection.shutdown().await;
                });
            }
        });
        server
    }

    pub fn certificate(&self) -> Certificate {
        Certificate::from_pem(self.pem.as_bytes()).unwrap()
    }
}

/// Answers 200 to everything over HTTP/2.
async fn speak_http2(connection: TlsStream<TcpStream>, seen: &Seen) {
    let mut connection = h2::server::handshake(connection).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        seen.add(format!("{} {} {:?}", request.method(), request.uri().path(), request.version()));
        let mut body = respond.send_response(http::Response::new(()), false).unwrap();
        body.send_data(Bytes::from_static(b"{}"), true).unwrap();
    }
}

/// What a proxy does with what it is asked.
#[derive(Clone)]
pub enum Does {
    /// Tunnels to this address, whatever it is asked for.
    Tunnel(SocketAddr),
    /// Answers itself.
    Answer(&'static str),
}

/// A proxy: the requests that it got, and the first bytes of what went through its tunnels.
pub struct ProxyServer {
    pub url: String,
    pub seen: Seen,
    pub tunnelled: Seen,
}

impl ProxyServer {
    pub async fn start(does: Does) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (seen, tunnelled) = (Seen::default(), Seen::default());
        let proxy = Self { url, seen: seen.clone(), tunnelled: tunnelled.clone() };
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(connection, does.clone(), seen.clone(), tunnelled.clone()));
            }
        });
        proxy
    }
}

async fn serve(mut connection: TcpStream, does: Does, seen: Seen, tunnelled: Seen) {
    seen.add(read_head(&mut connection).await);
    match does {
        Does::Answer(head) => {
            let answer =
                format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = connection.write_all(answer.as_bytes()).await;
        }
        Does::Tunnel(address) => {
            let mut server = TcpStream::connect(address).await.unwrap();
            connection.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
            let mut first = vec![0; 64 * 1024];
            let length = connection.read(&mut first).await.unwrap();
            first.truncate(length);
            server.write_all(&first).await.unwrap();
            tunnelled.add(String::from_utf8_lossy(&first).into_owned());
            let (mut from, mut to) = server.split();
            let (mut received, mut sent) = connection.split();
            let answer = tokio::io::copy(&mut from, &mut sent);
            let request = async {
                let mut bytes = [0; 4096];
                while let Ok(length @ 1..) = received.read(&mut bytes).await {
                    tunnelled.add(String::from_utf8_lossy(&bytes[..length]).into_owned());
                    let _ = to.write_all(&bytes[..length]).await;
                }
            };
            tokio::join!(async { drop(answer.await) }, request);
        }
    }
}

/// The request line and the headers.
async fn read_head(connection: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        if connection.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
