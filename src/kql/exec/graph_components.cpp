// graph-mark-components: the number of each node's component, in the order of their first nodes.
// Source: kusto/query: graph-mark-components-operator. Strong components: Tarjan's algorithm, without recursion.
#include <numeric>

#include "graph.h"
#include "operators.h"

namespace vedette::kql {
namespace {

// Union-find with path halving.
std::vector<uint32_t> weak_components(const Graph& graph) {
  std::vector<uint32_t> parent(graph.nodes.rows);
  std::iota(parent.begin(), parent.end(), 0U);
  const auto root = [&](uint32_t node) {
    while (parent[node] != node) node = parent[node] = parent[parent[node]];
    return node;
  };
  for (size_t edge = 0; edge < graph.from.size(); ++edge) parent[root(graph.from[edge])] = root(graph.to[edge]);
  for (uint32_t node = 0; node < parent.size(); ++node) parent[node] = root(node);
  return parent;
}

class StrongComponents {
 public:
  explicit StrongComponents(const Graph& graph)
      : graph_(graph), index_(graph.nodes.rows, unseen), low_(graph.nodes.rows), of_(graph.nodes.rows, unseen) {}

  std::vector<uint32_t> run() {
    for (uint32_t node = 0; node < index_.size(); ++node)
      if (index_[node] == unseen) visit(node);
    return std::move(of_);
  }

 private:
  static constexpr uint32_t unseen = UINT32_MAX;
  struct Frame {
    uint32_t node;
    size_t next = 0;
  };

  void enter(uint32_t node) {
    index_[node] = low_[node] = count_++;
    stack_.push_back(node);
    frames_.push_back({node});
  }

  void visit(uint32_t start) {
    enter(start);
    while (!frames_.empty()) {
      const uint32_t node = frames_.back().node;
      if (frames_.back().next < graph_.leaving[node].size()) {
        const uint32_t to = graph_.to[graph_.leaving[node][frames_.back().next++]];
        if (index_[to] == unseen)
          enter(to);
        else if (of_[to] == unseen)
          low_[node] = std::min(low_[node], index_[to]);
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
      if (low_[node] == index_[node]) close(node);
    }
  }

  void close(uint32_t root) {
    uint32_t node = unseen;
    do {
      node = stack_.back();
      stack_.pop_back();
      of_[node] = root;
    } while (node != root);
  }

  const Graph& graph_;
  std::vector<uint32_t> index_, low_, of_, stack_;
  std::vector<Frame> frames_;
  uint32_t count_ = 0;
};

class GraphComponentsStream final : public BatchStream {
 public:
  GraphComponentsStream(const GraphComponentsNode& node, std::vector<StreamPtr> inputs, QueryContext& query)
      : node_(node),
        inputs_(std::move(inputs)),
        query_(query),
        nodes_(node.inputs[0]->output, query.memory, "graph-mark-components"),
        edges_(node.inputs[1]->output, query.memory, "graph-mark-components"),
        charge_(query.memory, "graph-mark-components") {}

  base::Result<std::optional<Batch>> next() override {
    TRY(query_.stop.check());
    if (!done_) TRY(run());
    return slices_.next(query_.batch_rows);
  }

 private:
  base::Status run() {
    done_ = true;
    const Graph graph =
        TRY(read_graph(*inputs_[0], *inputs_[1], nodes_, edges_, node_.keys, node_.sources, node_.targets));
    TRY(charge_.set(held_bytes(graph) + static_cast<int64_t>(graph.nodes.rows * 4 * sizeof(uint32_t))));
    const std::vector<uint32_t> roots = node_.strong ? StrongComponents(graph).run() : weak_components(graph);
    std::vector<int64_t> numbers(roots.size(), -1);
    columnar::VectorBuilder out(Type::long_, roots.size());
    int64_t count = 0;
    for (const uint32_t root : roots) {
      if (numbers[root] < 0) numbers[root] = count++;
      out.append(numbers[root]);
    }
    Batch rows = graph.nodes;
    rows.columns.push_back(out.finish());
    slices_ = Slices(std::move(rows));
    return {};
  }

  const GraphComponentsNode& node_;
  const std::vector<StreamPtr> inputs_;
  QueryContext& query_;
  HeldRows nodes_, edges_;
  MemoryCharge charge_;
  Slices slices_;
  bool done_ = false;
};

}  // namespace

StreamPtr make_graph_components(const GraphComponentsNode& node, std::vector<StreamPtr> inputs, QueryContext& query) {
  return std::make_unique<GraphComponentsStream>(node, std::move(inputs), query);
}

}  // namespace vedette::kql
