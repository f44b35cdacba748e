#include "bench/report.hpp"

#include <nlohmann/json.hpp>

#include <iomanip>
#include <ostream>

namespace troupe::bench {
namespace {

void row(std::ostream& to, const std::string& name, double value, const std::string& unit) {
  to << "  " << std::left << std::setw(24) << name << std::right << std::setw(14) << std::fixed << std::setprecision(3)
     << value << ' ' << unit << '\n';
}

} // namespace

void print_table(std::ostream& to, const report& what) {
  const load_result& m = what.measured;
  to << what.scenario << ": " << what.how.count << " operations, " << what.how.connections << " connections, ";
  if (what.how.rate_per_second > 0)
    to << "open loop at " << what.how.rate_per_second << "/s\n";
  else
    to << "closed loop\n";
  row(to, "duration", m.seconds, "s");
  row(to, "throughput", m.throughput_per_second(), "/s");
  row(to, "bodies", m.seconds > 0 ? static_cast<double>(m.bytes) / 1048576 / m.seconds : 0, "MiB/s");
  for (const double percent : {50.0, 90.0, 99.0})
    row(to, "latency p" + std::to_string(static_cast<int>(percent)), m.good.percentile_ms(percent), "ms");
  row(to, "latency max", m.good.percentile_ms(100), "ms");
  for (const auto& [name, value] : what.also)
    row(to, name, value, "");
  row(to, "errors", static_cast<double>(m.error_count()), "");
  for (const auto& [reason, count] : m.errors)
    to << "    " << count << " x " << reason << '\n';
}

void print_json(std::ostream& to, const report& what) {
  const load_result& m = what.measured;
  nlohmann::ordered_json line = {
    {"scenario", what.scenario},
    {"count", what.how.count},
    {"connections", what.how.connections},
    {"rate_per_second", what.how.rate_per_second},
    {"seconds", m.seconds},
    {"throughput_per_second", m.throughput_per_second()},
    {"bytes", m.bytes},
    {"p50_ms", m.good.percentile_ms(50)},
    {"p90_ms", m.good.percentile_ms(90)},
    {"p99_ms", m.good.percentile_ms(99)},
    {"max_ms", m.good.percentile_ms(100)},
    {"errors", m.error_count()},
    {"reasons", m.errors},
  };
  for (const auto& [name, value] : what.also)
    line[name] = value;
  to << line.dump() << '\n';
}

} // namespace troupe::bench
