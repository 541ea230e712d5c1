//! Since when nginx knows what a configuration says.
//!
//! Source: "This directive appeared in version" and "The parameter appeared in version" of <https://nginx.org/en/docs/dirindex.html>.
//! Of a directive that several modules have, the first of them counts. What only the commercial edition has is not listed.

/// A directive, or one of its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Name of the directive.
    pub directive: &'static str,
    /// The parameter; empty for the directive itself.
    pub parameter: &'static str,
    /// First version.
    pub since: &'static str,
}

const fn directive(directive: &'static str, since: &'static str) -> Feature {
    form(directive, "", since)
}

const fn form(directive: &'static str, parameter: &'static str, since: &'static str) -> Feature {
    Feature {
        directive,
        parameter,
        since,
    }
}

/// All of them: parameters, then directives, both sorted.
pub const FEATURES: [Feature; 129] = [
    form("listen", "http2", "1.9.5"),
    form("listen", "quic", "1.25.0"),
    form("listen", "reuseport", "1.9.1"),
    form("ssl_protocols", "TLSv1.3", "1.13.0"),
    directive("absolute_redirect", "1.11.8"),
    directive("add_header_inherit", "1.29.3"),
    directive("add_trailer", "1.13.2"),
    directive("add_trailer_inherit", "1.29.3"),
    directive("aio_write", "1.9.13"),
    directive("auth_delay", "1.17.10"),
    directive("early_hints", "1.29.0"),
    directive("fastcgi_cache_background_update", "1.11.10"),
    directive("fastcgi_cache_max_range_offset", "1.11.6"),
    directive("fastcgi_socket_keepalive", "1.15.6"),
    directive("fastcgi_socket_rcvbuf", "1.31.3"),
    directive("fastcgi_socket_sndbuf", "1.31.3"),
    directive("grpc_bind", "1.13.10"),
    directive("grpc_buffer_size", "1.13.10"),
    directive("grpc_connect_timeout", "1.13.10"),
    directive("grpc_hide_header", "1.13.10"),
    directive("grpc_ignore_headers", "1.13.10"),
    directive("grpc_intercept_errors", "1.13.10"),
    directive("grpc_next_upstream_timeout", "1.13.10"),
    directive("grpc_next_upstream_tries", "1.13.10"),
    directive("grpc_pass", "1.13.10"),
    directive("grpc_pass_header", "1.13.10"),
    directive("grpc_read_timeout", "1.13.10"),
    directive("grpc_send_timeout", "1.13.10"),
    directive("grpc_set_header", "1.13.10"),
    directive("grpc_socket_keepalive", "1.15.6"),
    directive("grpc_socket_rcvbuf", "1.31.3"),
    directive("grpc_socket_sndbuf", "1.31.3"),
    directive("grpc_ssl_certificate", "1.13.10"),
    directive("grpc_ssl_certificate_cache", "1.27.4"),
    directive("grpc_ssl_certificate_key", "1.13.10"),
    directive("grpc_ssl_ciphers", "1.13.10"),
    directive("grpc_ssl_conf_command", "1.19.4"),
    directive("grpc_ssl_crl", "1.13.10"),
    directive("grpc_ssl_name", "1.13.10"),
    directive("grpc_ssl_password_file", "1.13.10"),
    directive("grpc_ssl_protocols", "1.13.10"),
    directive("grpc_ssl_server_name", "1.13.10"),
    directive("grpc_ssl_session_reuse", "1.13.10"),
    directive("grpc_ssl_trusted_certificate", "1.13.10"),
    directive("grpc_ssl_verify", "1.13.10"),
    directive("grpc_ssl_verify_depth", "1.13.10"),
    directive("http2", "1.25.1"),
    directive("http2_body_preread_size", "1.11.0"),
    directive("http2_chunk_size", "1.9.5"),
    directive("http2_idle_timeout", "1.9.5"),
    directive("http2_max_concurrent_pushes", "1.13.9"),
    directive("http2_max_concurrent_streams", "1.9.5"),
    directive("http2_max_field_size", "1.9.5"),
    directive("http2_max_header_size", "1.9.5"),
    directive("http2_max_requests", "1.11.6"),
    directive("http2_push", "1.13.9"),
    directive("http2_push_preload", "1.13.9"),
    directive("http2_recv_buffer_size", "1.9.5"),
    directive("http2_recv_timeout", "1.9.5"),
    directive("http3", "1.25.0"),
    directive("http3_hq", "1.25.0"),
    directive("http3_max_concurrent_streams", "1.25.0"),
    directive("http3_stream_buffer_size", "1.25.0"),
    directive("keepalive_min_timeout", "1.27.4"),
    directive("keepalive_time", "1.19.10"),
    directive("limit_conn_dry_run", "1.17.6"),
    directive("limit_req_dry_run", "1.17.1"),
    directive("load_module", "1.9.11"),
    directive("max_errors", "1.21.0"),
    directive("max_headers", "1.29.8"),
    directive("memcached_socket_keepalive", "1.15.6"),
    directive("mirror", "1.13.4"),
    directive("mirror_request_body", "1.13.4"),
    directive("mp4_start_key_frame", "1.21.4"),
    directive("pass", "1.25.5"),
    directive("preread_buffer_size", "1.11.5"),
    directive("preread_timeout", "1.11.5"),
    directive("proxy_cache_background_update", "1.11.10"),
    directive("proxy_cache_convert_head", "1.9.7"),
    directive("proxy_cache_max_range_offset", "1.11.6"),
    directive("proxy_cookie_flags", "1.19.3"),
    directive("proxy_half_close", "1.21.4"),
    directive("proxy_pass_trailers", "1.27.2"),
    directive("proxy_protocol_timeout", "1.11.4"),
    directive("proxy_requests", "1.15.7"),
    directive("proxy_responses", "1.9.13"),
    directive("proxy_smtp_auth", "1.19.4"),
    directive("proxy_socket_keepalive", "1.15.6"),
    directive("proxy_socket_rcvbuf", "1.31.3"),
    directive("proxy_socket_sndbuf", "1.31.3"),
    directive("proxy_ssl_alpn", "1.31.0"),
    directive("proxy_ssl_certificate_cache", "1.27.4"),
    directive("proxy_ssl_conf_command", "1.19.4"),
    directive("quic_active_connection_id_limit", "1.25.0"),
    directive("quic_bpf", "1.25.0"),
    directive("quic_gso", "1.25.0"),
    directive("quic_host_key", "1.25.0"),
    directive("quic_retry", "1.25.0"),
    directive("random", "1.15.1"),
    directive("scgi_cache_background_update", "1.11.10"),
    directive("scgi_cache_max_range_offset", "1.11.6"),
    directive("scgi_socket_keepalive", "1.15.6"),
    directive("scgi_socket_rcvbuf", "1.31.3"),
    directive("scgi_socket_sndbuf", "1.31.3"),
    directive("slice", "1.9.8"),
    directive("ssl_alpn", "1.21.4"),
    directive("ssl_certificate_cache", "1.27.4"),
    directive("ssl_certificate_compression", "1.29.1"),
    directive("ssl_conf_command", "1.19.4"),
    directive("ssl_early_data", "1.15.3"),
    directive("ssl_ech_file", "1.29.4"),
    directive("ssl_object_cache_inheritable", "1.27.4"),
    directive("ssl_ocsp", "1.19.0"),
    directive("ssl_ocsp_cache", "1.19.0"),
    directive("ssl_ocsp_responder", "1.19.0"),
    directive("ssl_preread", "1.11.5"),
    directive("ssl_reject_handshake", "1.19.4"),
    directive("subrequest_output_buffer_size", "1.13.10"),
    directive("tunnel_socket_rcvbuf", "1.31.3"),
    directive("tunnel_socket_sndbuf", "1.31.3"),
    directive("userid_flags", "1.19.3"),
    directive("uwsgi_cache_background_update", "1.11.10"),
    directive("uwsgi_cache_max_range_offset", "1.11.6"),
    directive("uwsgi_socket_keepalive", "1.15.6"),
    directive("uwsgi_socket_rcvbuf", "1.31.3"),
    directive("uwsgi_socket_sndbuf", "1.31.3"),
    directive("uwsgi_ssl_certificate_cache", "1.27.4"),
    directive("uwsgi_ssl_conf_command", "1.19.4"),
    directive("worker_shutdown_timeout", "1.11.11"),
];

impl Feature {
    /// Whether a directive with these arguments uses it.
    pub(super) fn is_used(&self, directive: &str, arguments: &[String]) -> bool {
        let has = |parameter: &str| arguments.iter().any(|argument| argument == parameter);
        self.directive == directive && (self.parameter.is_empty() || has(self.parameter))
    }

    /// As it is written.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.directive, self.parameter)
            .trim_end()
            .to_owned()
    }
}
