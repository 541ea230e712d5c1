//! Options of MySQL and MariaDB that not every version knows.
//!
//! Sources: "Server and Status Variables and Options Added, Deprecated, or Removed" of <https://dev.mysql.com/doc/refman/8.0/en/> and
//! <https://dev.mysql.com/doc/refman/8.4/en/added-deprecated-removed.html>, the lists of
//! <https://dev.mysql.com/doc/mysqld-version-reference/en/optvar-changes-8-0.html> and its neighbours, "Changes in MySQL 5.5" and later of the manuals, and
//! `mariadbd --no-defaults --verbose --help --OPTION` of 10.11 for what MariaDB does not know.

/// Name, `-` written `_`; first version of MySQL with it and first without; whether MariaDB has none.
pub(super) type Row = (&'static str, &'static str, &'static str, bool);

/// Sorted. A name that ends with `*` fits every name with that beginning.
#[rustfmt::skip]
pub(super) const OPTIONS: &[Row] = &[
    ("admin_address", "8.0.14", "", true), ("aria_*", "-", "", false), ("authentication_policy", "8.0.27", "", true),
    ("avoid_temporal_upgrade", "", "8.4.0", true), ("binlog_expire_logs_seconds", "8.0.1", "", false),
    ("binlog_row_value_options", "8.0.3", "", true), ("character_set_client_handshake", "", "8.3.0", false),
    ("date_format", "", "8.0.3", false), ("datetime_format", "", "8.0.3", false), ("deadlock_search_depth_long", "-", "", false),
    ("default_authentication_plugin", "5.7.2", "8.4.0", false), ("default_table_encryption", "8.0.16", "", true),
    ("des_key_file", "", "8.0.3", false), ("early_plugin_load", "5.7.11", "", true), ("enforce_gtid_consistency", "5.6.5", "", true),
    ("expire_logs_days", "", "8.2.0", false), ("extra_port", "-", "", false), ("gtid_domain_id", "-", "", false),
    ("gtid_mode", "5.6.5", "", true), ("gtid_strict_mode", "-", "", false), ("histogram_size", "-", "", false),
    ("idle_transaction_timeout", "-", "", false), ("ignore_builtin_innodb", "", "8.0.3", false), ("ignore_db_dirs", "5.6.3", "8.0.0", false),
    ("information_schema_stats_expiry", "8.0.3", "", true), ("innodb_additional_mem_pool_size", "", "5.7.4", false),
    ("innodb_checksums", "", "8.0.0", false), ("innodb_dedicated_server", "8.0.3", "", true), ("innodb_default_row_format", "5.7.9", "", false),
    ("innodb_doublewrite_files", "8.0.20", "", true), ("innodb_encrypt_tables", "-", "", false), ("innodb_file_format", "", "8.0.0", false),
    ("innodb_file_format_check", "", "8.0.0", false), ("innodb_file_format_max", "", "8.0.0", false), ("innodb_large_prefix", "", "8.0.0", false),
    ("innodb_locks_unsafe_for_binlog", "", "8.0.0", false), ("innodb_log_writer_threads", "8.0.22", "", true),
    ("innodb_redo_log_capacity", "8.0.30", "", true), ("innodb_stats_sample_pages", "", "8.0.0", false), ("innodb_support_xa", "", "8.0.0", false),
    ("innodb_undo_logs", "5.6.3", "8.0.2", false), ("innodb_use_sys_malloc", "", "5.7.4", false),
    ("internal_tmp_mem_storage_engine", "8.0.2", "", true), ("join_buffer_space_limit", "-", "", false), ("join_cache_level", "-", "", false),
    ("log_bin_use_v1_row_events", "", "8.3.0", false), ("log_builtin_as_identified_by_password", "5.7.9", "8.0.11", true),
    ("log_error_verbosity", "5.7.2", "", true), ("log_replica_updates", "8.0.26", "", true), ("log_slow_queries", "", "5.6.1", false),
    ("log_slow_rate_limit", "-", "", false), ("log_slow_verbosity", "-", "", false), ("log_timestamps", "5.7.2", "", true),
    ("log_warnings", "", "8.0.3", false), ("master_info_repository", "5.6.2", "8.3.0", false), ("max_execution_time", "5.7.8", "", true),
    ("max_points_in_geometry", "5.7.8", "", true), ("max_statement_time", "-", "", false), ("max_tmp_tables", "", "8.0.3", false),
    ("metadata_locks_cache_size", "", "8.0.13", false), ("metadata_locks_hash_instances", "", "8.0.13", false),
    ("multi_range_count", "", "8.0.3", false), ("mysql_native_password", "", "9.0.0", true), ("mysqlx_*", "5.7.12", "", true),
    ("ngram_token_size", "5.7.6", "", true), ("offline_mode", "5.7.5", "", true), ("old_passwords", "", "8.0.11", false),
    ("old_style_user_limits", "", "8.4.0", false), ("optimizer_use_condition_selectivity", "-", "", false), ("parser_max_mem_size", "5.7.12", "", true),
    ("performance_schema_show_processlist", "8.0.22", "", true), ("persisted_globals_load", "8.0.0", "", true), ("plugin_maturity", "-", "", false),
    ("query_cache_limit", "", "8.0.3", false), ("query_cache_min_res_unit", "", "8.0.3", false), ("query_cache_size", "", "8.0.3", false),
    ("query_cache_type", "", "8.0.3", false), ("query_cache_wlock_invalidate", "", "8.0.3", false), ("range_optimizer_max_mem_size", "5.7.9", "", true),
    ("relay_log_info_repository", "5.6.2", "8.3.0", false), ("replica_parallel_workers", "8.0.26", "", true), ("secure_auth", "", "8.0.3", false),
    ("show_old_temporals", "", "8.4.0", true), ("skip_host_cache", "", "8.3.0", false), ("slave_parallel_mode", "-", "", false),
    ("slave_parallel_threads", "-", "", false), ("slave_rows_search_algorithms", "", "8.3.0", false), ("sql_generate_invisible_primary_key", "8.0.30", "", true),
    ("sql_require_primary_key", "8.0.13", "", true), ("storage_engine", "", "5.7.5", true), ("strict_password_validation", "-", "", false),
    ("super_read_only", "5.7.8", "", true), ("sync_frm", "", "8.0.0", false), ("temptable_max_ram", "8.0.2", "", true),
    ("thread_concurrency", "", "5.7.2", false), ("time_format", "", "8.0.3", false), ("tls_ciphersuites", "8.0.16", "", true),
    ("transaction_write_set_extraction", "5.7.6", "8.3.0", true), ("use_stat_tables", "-", "", false), ("userstat", "-", "", false),
];
