//! Parameters of PostgreSQL that not every version knows.
//!
//! Sources: the release notes (<https://www.postgresql.org/docs/release/>), and `postgres --describe-config` of 15.

/// Name, first version with it, first without.
pub(super) type Row = (&'static str, &'static str, &'static str);

/// Sorted.
#[rustfmt::skip]
pub(super) const PARAMETERS: &[Row] = &[
    ("allow_alter_system", "17", ""), ("archive_library", "15", ""), ("autovacuum_vacuum_insert_scale_factor", "13", ""),
    ("autovacuum_vacuum_insert_threshold", "13", ""), ("autovacuum_vacuum_max_threshold", "18", ""), ("autovacuum_work_mem", "9.4", ""),
    ("autovacuum_worker_slots", "18", ""), ("backend_flush_after", "9.6", ""), ("backtrace_functions", "13", ""), ("bgwriter_flush_after", "9.6", ""),
    ("checkpoint_flush_after", "9.6", ""), ("checkpoint_segments", "", "9.5"), ("client_connection_check_interval", "14", ""),
    ("cluster_name", "9.5", ""), ("commit_timestamp_buffers", "17", ""), ("compute_query_id", "14", ""), ("createrole_self_grant", "16", ""),
    ("custom_variable_classes", "", "9.2"), ("db_user_namespace", "", "17"), ("default_toast_compression", "14", ""),
    ("enable_async_append", "14", ""), ("enable_gathermerge", "10", ""), ("enable_group_by_reordering", "17", ""),
    ("enable_incremental_sort", "13", ""), ("enable_memoize", "14", ""), ("enable_parallel_append", "11", ""), ("enable_parallel_hash", "11", ""),
    ("enable_partition_pruning", "11", ""), ("enable_partitionwise_aggregate", "11", ""), ("enable_partitionwise_join", "11", ""),
    ("enable_presorted_aggregate", "16", ""), ("enable_self_join_elimination", "18", ""), ("event_triggers", "17", ""),
    ("extension_control_path", "18", ""), ("file_copy_method", "18", ""), ("force_parallel_mode", "9.6", "16"), ("gin_pending_list_limit", "9.5", ""),
    ("gss_accept_delegation", "16", ""), ("hash_mem_multiplier", "13", ""), ("huge_page_size", "14", ""), ("huge_pages", "9.4", ""),
    ("icu_validation_level", "16", ""), ("idle_in_transaction_session_timeout", "9.6", ""), ("idle_replication_slot_timeout", "18", ""),
    ("idle_session_timeout", "14", ""), ("io_combine_limit", "17", ""), ("io_max_combine_limit", "18", ""), ("io_max_concurrency", "18", ""),
    ("io_method", "18", ""), ("io_workers", "18", ""), ("jit", "11", ""), ("jit_above_cost", "11", ""), ("log_lock_failures", "18", ""),
    ("log_min_duration_sample", "13", ""), ("log_parameter_max_length", "13", ""), ("log_recovery_conflict_waits", "14", ""),
    ("log_replication_commands", "9.5", ""), ("log_startup_progress_interval", "15", ""), ("log_statement_sample_rate", "13", ""),
    ("log_transaction_sample_rate", "12", ""), ("logical_decoding_work_mem", "13", ""), ("maintenance_io_concurrency", "13", ""),
    ("max_active_replication_origins", "18", ""), ("max_logical_replication_workers", "10", ""), ("max_notify_queue_pages", "17", ""),
    ("max_parallel_apply_workers_per_subscription", "16", ""), ("max_parallel_maintenance_workers", "11", ""), ("max_parallel_workers", "10", ""),
    ("max_parallel_workers_per_gather", "9.6", ""), ("max_pred_locks_per_page", "10", ""), ("max_slot_wal_keep_size", "13", ""),
    ("max_sync_workers_per_subscription", "10", ""), ("max_wal_size", "9.5", ""), ("md5_password_warnings", "18", ""),
    ("min_parallel_index_scan_size", "10", ""), ("min_parallel_relation_size", "9.6", "10"), ("min_parallel_table_scan_size", "10", ""),
    ("min_wal_size", "9.5", ""), ("multixact_member_buffers", "17", ""), ("notify_buffers", "17", ""), ("oauth_validator_libraries", "18", ""),
    ("old_snapshot_threshold", "9.6", "17"), ("operator_precedence_warning", "9.5", "14"), ("parallel_leader_participation", "11", ""),
    ("parallel_setup_cost", "9.6", ""), ("plan_cache_mode", "12", ""), ("promote_trigger_file", "12", "16"), ("recovery_init_sync_method", "14", ""),
    ("recovery_prefetch", "15", ""), ("recovery_target_timeline", "12", ""), ("replacement_sort_tuples", "9.6", "11"),
    ("reserved_connections", "16", ""), ("restore_command", "12", ""), ("row_security", "9.5", ""), ("scram_iterations", "16", ""),
    ("serializable_buffers", "17", ""), ("shared_memory_type", "12", ""), ("sql_inheritance", "", "10"), ("ssl_groups", "18", ""),
    ("ssl_max_protocol_version", "12", ""), ("ssl_min_protocol_version", "12", ""), ("ssl_passphrase_command", "11", ""),
    ("ssl_tls13_ciphers", "18", ""), ("stats_fetch_consistency", "15", ""), ("stats_temp_directory", "", "15"), ("subtransaction_buffers", "17", ""),
    ("summarize_wal", "17", ""), ("sync_replication_slots", "17", ""), ("synchronized_standby_slots", "17", ""), ("tcp_user_timeout", "12", ""),
    ("trace_recovery_messages", "", "17"), ("track_commit_timestamp", "9.5", ""), ("track_cost_delay_timing", "18", ""),
    ("track_wal_io_timing", "14", ""), ("transaction_buffers", "17", ""), ("transaction_timeout", "17", ""), ("unix_socket_directories", "9.3", ""),
    ("unix_socket_directory", "", "9.3"), ("vacuum_buffer_usage_limit", "16", ""), ("vacuum_cleanup_index_scale_factor", "11", "14"),
    ("vacuum_defer_cleanup_age", "", "16"), ("vacuum_failsafe_age", "14", ""), ("vacuum_truncate", "18", ""), ("wal_compression", "9.5", ""),
    ("wal_consistency_checking", "10", ""), ("wal_decode_buffer_size", "15", ""), ("wal_init_zero", "12", ""), ("wal_keep_segments", "", "13"),
    ("wal_keep_size", "13", ""), ("wal_recycle", "12", ""), ("wal_retrieve_retry_interval", "9.5", ""), ("wal_skip_threshold", "13", ""),
    ("wal_summary_keep_time", "17", ""), ("wal_writer_flush_after", "9.6", ""),
];
