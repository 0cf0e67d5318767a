// What the documentation has and this engine has not, with the reason that a query which calls it is told.
#include "vedette/kql/functions/function.h"

namespace vedette::kql {
namespace {

constexpr std::string_view h3 = "there is no H3 grid here; geohashes and S2 cells are supported";
constexpr std::string_view undocumented_hash = "how hashes are combined is not documented";
constexpr std::string_view undocumented_score = "how a period is scored is not documented";
constexpr std::string_view undocumented_split = "where the series is split is not documented exactly";
constexpr std::string_view no_cluster = "a query knows of no cluster, database or principal here";
constexpr std::string_view no_extents = "rows do not know the extent they are stored in";
constexpr std::string_view no_cursors = "there are no database cursors here";

constexpr RefusedFunction refused_table[] = {
    {"current_cluster_endpoint", no_cluster},
    {"current_database", no_cluster},
    {"current_node_id", no_cluster},
    {"current_principal", no_cluster},
    {"current_principal_details", no_cluster},
    {"current_principal_is_member_of", no_cluster},
    {"cluster", no_cluster},
    {"database", no_cluster},
    {"current_cursor", no_cursors},
    {"cursor_after", no_cursors},
    {"cursor_before_or_at", no_cursors},
    {"cursor_current", no_cursors},
    {"estimate_data_size", "how large values are in the engine is not documented for every type"},
    {"extent_id", no_extents},
    {"extentid", no_extents},
    {"extent_tags", no_extents},
    {"external_table", "there are no external tables here"},
    {"geo_h3cell_children", h3},
    {"geo_h3cell_level", h3},
    {"geo_h3cell_neighbors", h3},
    {"geo_h3cell_parent", h3},
    {"geo_h3cell_rings", h3},
    {"geo_h3cell_to_central_point", h3},
    {"geo_h3cell_to_polygon", h3},
    {"geo_point_to_h3cell", h3},
    {"geo_polygon_to_h3cells", h3},
    {"hash_combine", undocumented_hash},
    {"hash_many", undocumented_hash},
    {"materialized_view", "there are no materialized views here"},
    {"row_id", no_extents},
    {"rowstore_ordinal_range", no_extents},
    {"series_fit_2lines", undocumented_split},
    {"series_fit_2lines_dynamic", undocumented_split},
    {"series_periods_detect", undocumented_score},
    {"series_periods_validate", undocumented_score},
    {"stored_query_result", "results of queries are not stored here"},
};

}  // namespace

std::span<const RefusedFunction> refused_functions() { return refused_table; }

}  // namespace vedette::kql
