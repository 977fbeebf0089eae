using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Finds the network among the tensors of a file: the one prefix under which the names are those of the network.</summary>
/// <remarks>
/// Wrappers put words before every name (<c>module.</c> of DataParallel, <c>_orig_mod.</c> of torch.compile, <c>model.</c> of Lightning modules), and a checkpoint
/// may hold several networks. So every prefix that ends in a dot is tried, and that one taken under which most tensors are ones that the network has. If
/// several hold it equally, it is a choice: by key, or else by <see cref="Preferred"/>.
/// </remarks>
internal static class NetworkSearch
{
    // Deeper than any wrapper nests.
    private const int MostWords = 8;

    // No framework makes such names; trying all their ends would take long.
    private const int LongestName = 400;

    /// <summary>
    /// What is taken where nobody chooses, first things first. The network as it was trained before its moving average (timm's validate.py and torchvision's
    /// references take the average only where asked), the teacher before the student (DINO's eval_linear.py: <c>--checkpoint_key</c>, default teacher), the encoder
    /// that is kept after contrastive training (MoCo's main_lincls.py: <c>encoder_q</c>, <c>base_encoder</c>; BYOL's online network).
    /// </summary>
    private static readonly string[] Preferred =
    [
        "state_dict", "model_state_dict", "model", "net", "network", "module", "params", "weights",
        "teacher", "base_encoder", "encoder_q", "online_encoder", "online_network",
    ];

    /// <summary>Looks for the network.</summary>
    /// <param name="names">Of all tensors of the file.</param>
    /// <param name="map">From such names to ours.</param>
    /// <param name="expected">Our names of the tensors that the network has.</param>
    /// <param name="key">Which network is meant, by one or several words of what stands before its names; null for the default.</param>
    /// <param name="file">How to call the file in an error.</param>
    /// <exception cref="WeightsFormatException">Under that key is no such network, or without a key it is not clear which is meant.</exception>
    public static FoundNetwork Find(IReadOnlyCollection<string> names, NameMap map, IReadOnlySet<string> expected, string? key, string file)
    {
        if (key is null && names.All(name => map.Target(name) is { } target && expected.Contains(target)))
        {
            return FoundNetwork.OnTop;
        }

        var all = Collect(names, map, expected);
        var best = Best(all, expected.Count);
        var preset = Prefer(best);
        if (key is null)
        {
            return (preset, best) switch
            {
                (_, []) => FoundNetwork.OnTop,
                (null, _) => throw new WeightsFormatException($"{file}: holds {best.Count} networks, under {Listed(best)}; expected one, or to be told which is meant. Choose with --checkpoint-key, or with 'checkpointKey' in {WeightsFolder.ConfigFileName}."),
                _ => Describe(preset, best, names.Count, isDefault: true),
            };
        }

        var word = $".{key.Trim('.')}.";
        var meant = Best([.. all.Where(candidate => $".{candidate.Prefix}".Contains(word, StringComparison.Ordinal))], expected.Count);
        var chosen = Prefer(meant) ?? throw new WeightsFormatException($"{file}: there is {(meant.Count == 0 ? "no network" : $"more than one network ({Listed(meant)})")} under '{ErrorText.Shorten(key)}'. "
            + $"{(best.Count == 0 ? "Nor is there one elsewhere in it" : $"It holds {Listed(best)}")}. Correct --checkpoint-key, or 'checkpointKey' in {WeightsFolder.ConfigFileName}, or leave it out.");
        return Describe(chosen, [chosen, .. best.Where(other => other.Prefix != chosen.Prefix)], names.Count, isDefault: chosen.Prefix == preset?.Prefix);
    }

    private static FoundNetwork Describe(Candidate taken, List<Candidate> all, int tensors, bool isDefault)
    {
        if (taken.Prefix.Length == 0 && all.Count == 1)
        {
            return FoundNetwork.OnTop with { IsDefault = isDefault };
        }

        var others = tensors - taken.Names.Count;
        var note = all.Count > 1
            ? $"The file holds {all.Count} networks, {Listed(all)}; taken is {KeyOf(taken, all)}. Choose with --checkpoint-key, or with 'checkpointKey' in {WeightsFolder.ConfigFileName}."
            : $"The names of the network's tensors begin with '{ErrorText.Shorten(taken.Prefix)}' in the file; that was taken off.{(others > 0 ? $" {others} other tensors of it are not used." : string.Empty)}";
        return new(taken.Prefix, isDefault, note);
    }

    private static List<Candidate> Collect(IEnumerable<string> names, NameMap map, IReadOnlySet<string> expected)
    {
        var candidates = new Dictionary<string, Candidate>(StringComparer.Ordinal);
        var targets = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var name in names.Where(name => name.Length <= LongestName))
        {
            var begin = 0;
            for (var words = 0; words <= MostWords; words++)
            {
                var rest = name[begin..];
                if (!targets.TryGetValue(rest, out var target))
                {
                    targets[rest] = target = map.Target(rest) is { } mapped && expected.Contains(mapped) ? mapped : null;
                }

                if (target is not null)
                {
                    var prefix = name[..begin];
                    var candidate = candidates.GetValueOrDefault(prefix) ?? (candidates[prefix] = new(prefix));
                    candidate.Names.Add(name);
                    candidate.Targets.Add(target);
                }

                var dot = name.IndexOf('.', begin);
                if (dot < 0 || dot == name.Length - 1)
                {
                    break;
                }

                begin = dot + 1;
            }
        }

        return [.. candidates.Values];
    }

    /// <summary>Those under which most of the network is; if that is less than half of it, none is meant.</summary>
    private static List<Candidate> Best(List<Candidate> candidates, int expected)
    {
        var most = candidates.Count == 0 ? 0 : candidates.Max(candidate => candidate.Targets.Count);
        var kept = new List<Candidate>();
        foreach (var candidate in candidates.Where(candidate => candidate.Targets.Count == most).OrderBy(candidate => candidate.Prefix.Length).ThenBy(candidate => candidate.Prefix, StringComparer.Ordinal))
        {
            // Some maps know names with and without a word of their own before them: the same tensors are the same network.
            if (2 * most >= expected && !kept.Exists(other => other.Names.Overlaps(candidate.Names)))
            {
                kept.Add(candidate);
            }
        }

        return kept;
    }

    private static Candidate? Prefer(List<Candidate> best) => best.Count == 1 || best is [{ Prefix: "" }, ..]
        ? best[0]
        : Preferred.Select(word => best.Find(candidate => KeyOf(candidate, best).Split('.')[^1] == word)).FirstOrDefault(candidate => candidate is not null);

    /// <summary>The fewest words that tell a candidate from the others.</summary>
    private static string KeyOf(Candidate candidate, List<Candidate> all)
    {
        var words = candidate.Prefix.TrimEnd('.').Split('.');
        var keys = Enumerable.Range(1, words.Length).Select(count => string.Join('.', words[..count]));
        return keys.FirstOrDefault(key => all.TrueForAll(other => other.Prefix == candidate.Prefix || !other.Prefix.StartsWith($"{key}.", StringComparison.Ordinal)))
            ?? candidate.Prefix.TrimEnd('.');
    }

    private static string Listed(List<Candidate> all)
        => string.Join(", ", all.Take(5).Select(candidate => candidate.Prefix.Length == 0 ? "one on top" : $"'{ErrorText.Shorten(KeyOf(candidate, all))}'"));

    private sealed record Candidate(string Prefix)
    {
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Targets { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>Where in a file a network is.</summary>
/// <param name="Prefix">What stands before the names of its tensors; empty, or ends in a dot.</param>
/// <param name="IsDefault">Whether it is the one that is taken where nobody chooses.</param>
/// <param name="Note">What a person should know of it; null where there is nothing to tell.</param>
internal sealed record FoundNetwork(string Prefix, bool IsDefault, string? Note)
{
    /// <summary>Names as they are.</summary>
    public static FoundNetwork OnTop { get; } = new(string.Empty, IsDefault: true, Note: null);

    /// <summary>What the network is known by: the digest of the weights, and where it is not the default a digest of its own.</summary>
    public string DigestFrom(string weights) => IsDefault ? weights : WeightsDigests.OfChoice(weights, Prefix.TrimEnd('.'));
}
