use parity_core::answer::Answers;
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{
    SCHEMAS, body_limit, certificates, etc, fonts, homes, imagemagick, kafka, kernel, mongodb, nginx_sites,
    nginx_types, own_name, pgbouncer, rabbitmq, redis_modules, search_plugins, units, web_modules,
};

static MANIFEST: Manifest = Manifest::new(
    "surroundings",
    Subject::Host,
    "What services need of the host, and what programs find there: limits, variables, fonts, names, policies.",
    SCHEMAS,
);

/// Reads what programs find around them.
pub const PROBE: &dyn Probe = &Surroundings;

struct Surroundings;

impl Probe for Surroundings {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        [
            body_limit::needs(),
            kafka::needs(),
            kernel::needs(),
            units::needs(),
            mongodb::needs(),
            own_name::needs(),
            pgbouncer::needs(),
            rabbitmq::needs(),
            redis_modules::needs(),
            search_plugins::needs(),
            fonts::needs(),
            homes::needs(),
            imagemagick::needs(),
            certificates::needs(),
            web_modules::needs(),
            nginx_sites::needs(),
            nginx_types::needs(),
            etc::needs(),
        ]
        .concat()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        body_limit::observe(answers, out);
        kafka::observe(answers, out);
        kernel::observe(answers, out);
        units::observe(answers, out);
        mongodb::observe(answers, out);
        own_name::observe(answers, out);
        pgbouncer::observe(answers, out);
        rabbitmq::observe(answers, out);
        redis_modules::observe(answers, out);
        search_plugins::observe(answers, out);
        fonts::observe(answers, out);
        homes::observe(answers, out);
        imagemagick::observe(answers, out);
        certificates::observe(answers, out);
        web_modules::observe(answers, out);
        nginx_sites::observe(answers, out);
        nginx_types::observe(answers, out);
        etc::observe(answers, out);
    }
}
