#include <algorithm>

#include "families.h"

namespace vedette::kql {
namespace {

template <class Function>
std::vector<Function> sorted(std::initializer_list<std::span<const Function>> families) {
  std::vector<Function> all;
  for (const auto family : families) all.insert(all.end(), family.begin(), family.end());
  std::stable_sort(all.begin(), all.end(), [](const Function& a, const Function& b) { return a.name < b.name; });
  return all;
}

}  // namespace

std::span<const ScalarFunction> scalar_functions() {
  static const std::vector<ScalarFunction> all = sorted<ScalarFunction>({
      arithmetic_functions(),
      in_array_functions(),  // before lists: an array in a list of one is the list
      comparison_functions(),
      dynamic_comparison_functions(),
      logical_functions(),
      conversion_functions(),
      text_conversion_functions(),
      time_conversion_functions(),
      datetime_functions(),
      datetime_part_functions(),
      bin_functions(),
      timespan_functions(),
      time_arithmetic_functions(),
      math_functions(),
      bit_functions(),
      distribution_functions(),
      time_format_functions(),
      time_zone_functions(),
      extreme_functions(),
      units_functions(),
      conditional_functions(),
      string_functions(),
      string_edit_functions(),
      string_search_functions(),
      regex_functions(),
      parse_text_functions(),
      dynamic_functions(),
      array_functions(),
      array_parts_functions(),
      array_order_functions(),
      bag_functions(),
      code_point_functions(),
      ip_functions(),
      ipv6_functions(),
      ip_search_functions(),
      hash_functions(),
      encoding_functions(),
      url_functions(),
      xml_functions(),
      user_agent_functions(),
      tree_path_functions(),
      place_functions(),
      series_elementwise_functions(),
      series_fill_functions(),
      series_filter_functions(),
      series_statistics_functions(),
      series_transform_functions(),
      series_outliers_functions(),
      series_decompose_functions(),
      series_fit_functions(),
      sketch_functions(),
      geo_point_functions(),
      geo_shape_functions(),
      geo_wkt_functions(),
      misc_functions(),
  });
  return all;
}

std::span<const AggregateFunction> aggregate_functions() {
  static const std::vector<AggregateFunction> all = sorted<AggregateFunction>({
      basic_aggregates(),
      distinct_aggregates(),
      set_aggregates(),
      statistics_aggregates(),
      percentile_aggregates(),
      argmax_aggregates(),
      schema_aggregates(),
      sketch_aggregates(),
  });
  return all;
}

}  // namespace vedette::kql
