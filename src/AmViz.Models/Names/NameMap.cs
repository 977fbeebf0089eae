using System.Text.RegularExpressions;
using AmViz.Weights;

namespace AmViz.Models;

/// <summary>In what order a file keeps the axes of a tensor; ours is PyTorch's.</summary>
internal enum AxisOrder
{
    /// <summary>PyTorch: out, in, rows, columns.</summary>
    PyTorch,

    /// <summary>Keras: rows, columns, in, out for convolutions; in, out for dense layers.</summary>
    Keras,

    /// <summary>Keras: rows, columns, channels, 1 for depthwise convolutions.</summary>
    KerasDepthwise,

    /// <summary>PyTorch, the weight of a dense layer kept as that of a convolution: all axes but the first become one.</summary>
    DenseAsConvolution,

    /// <summary>Rows and columns of a matrix changed about.</summary>
    Transposed,

    /// <summary>PyTorch's without the first axes, which are of length one in ours: <c>[D]</c> or <c>[T, D]</c> for <c>[1, T, D]</c>.</summary>
    Unbatched,

    /// <summary>PyTorch's with axes of length one around the only other: <c>[C, 1, 1]</c> or <c>[1, 1, 1, C]</c> for <c>[C]</c>.</summary>
    Flat,
}

/// <summary>What becomes of the tensors whose name has a form.</summary>
/// <param name="Pattern">A regular expression for the whole name in the file.</param>
/// <param name="Target">Our name, with <c>${group}</c> for parts of the other; null where the tensor is of no use here.</param>
/// <param name="Axes">How its axes lie in the file.</param>
/// <param name="Part">Which part of our tensor it is, from 0, where a file splits what we keep together along the first axis.</param>
/// <param name="Parts">How many parts there are.</param>
internal sealed record NameRule(string Pattern, string? Target, AxisOrder Axes = AxisOrder.PyTorch, int Part = 0, int Parts = 1)
{
    // Made when the first file is looked at: most runs use the map of one architecture, or of none.
    private readonly Lazy<Regex> _regex = new(() => new Regex($"^(?:{Pattern})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking));

    /// <summary>What stands for the group <c>module</c> in our name, by the text of the group; the rule is for no other module.</summary>
    public IReadOnlyDictionary<string, string>? Modules { get; init; }

    /// <summary>Whether the rule is for this name, and what it makes of it.</summary>
    public bool TryApply(string name, out string? target)
    {
        var match = _regex.Value.Match(name);
        string? module = null;
        if (!match.Success || (Modules is not null && !Modules.TryGetValue(match.Groups["module"].Value, out module)))
        {
            target = null;
            return false;
        }

        target = Target is null ? null : match.Result(module is null ? Target : Target.Replace("${module}", module, StringComparison.Ordinal));
        return true;
    }
}

/// <summary>From the names of tensors in files of various makers to ours: a table, of which the first line that fits counts.</summary>
/// <param name="rules">The table; a name that no line fits stays as it is, since our own files use our names.</param>
internal sealed class NameMap(params IReadOnlyList<NameRule> rules)
{
    /// <summary>Begins of names that Keras numbers on its own (<c>conv2d</c>, <c>conv2d_1</c>, ...); the lowest number found becomes none.</summary>
    public IReadOnlyList<string> Numbered { get; init; } = [];

    /// <summary>Looks up the tensors of a file; takes it over.</summary>
    /// <exception cref="WeightsFormatException">Two tensors of the file would be the same one of ours.</exception>
    public ITensorFile Apply(ITensorFile file)
    {
        try
        {
            return new MappedTensors(file, Collect(file.Tensors.Values));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private List<MappedTensor> Collect(IEnumerable<TensorEntry> entries)
    {
        var found = new Dictionary<(string Target, int Part), (TensorEntry Entry, NameRule? Rule)>();
        foreach (var entry in entries)
        {
            var rule = Find(entry.Name, out var target);
            if (target is not null && !found.TryAdd((target, rule?.Part ?? 0), (entry, rule)))
            {
                var other = found[(target, rule?.Part ?? 0)].Entry.Name;
                throw new WeightsFormatException($"tensors '{ErrorText.Shorten(other)}' and '{ErrorText.Shorten(entry.Name)}' both stand for '{ErrorText.Shorten(target)}'. Keep one of the two in the file.");
            }
        }

        IReadOnlyDictionary<string, string> renumbered = Renumber(found.Keys.Select(key => key.Target));
        List<MappedTensor> tensors =
        [
            .. found.GroupBy(item => item.Key.Target, StringComparer.Ordinal).Select(parts =>
            {
                var ordered = parts.OrderBy(part => part.Key.Part).Select(part => part.Value).ToList();
                var rule = ordered[0].Rule;
                return new MappedTensor(
                    renumbered.GetValueOrDefault(parts.Key, parts.Key), rule?.Axes ?? AxisOrder.PyTorch, rule?.Parts ?? 1, [.. ordered.Select(part => part.Entry)]);
            }),
        ];
        var twice = tensors.GroupBy(tensor => tensor.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null
            ? tensors
            : throw new WeightsFormatException($"two tensors stand for '{ErrorText.Shorten(twice)}': one is numbered 0, the other has no number. Keep one of the two in the file.");
    }

    /// <summary>Our name of a tensor before numbers are put right (<see cref="Numbered"/>); null where it is of no use here.</summary>
    public string? Target(string name)
    {
        Find(name, out var target);
        return target;
    }

    private NameRule? Find(string name, out string? target)
    {
        foreach (var rule in rules)
        {
            if (rule.TryApply(name, out target))
            {
                return rule;
            }
        }

        target = name;
        return null;
    }

    /// <summary>Keras counts the layers of a whole session, so that the first convolution of a file may be <c>conv2d_95</c>.</summary>
    private Dictionary<string, string> Renumber(IEnumerable<string> targets)
    {
        var renumbered = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = targets.Distinct(StringComparer.Ordinal).ToList();
        foreach (var begin in Numbered)
        {
            var form = new Regex($@"^{begin}(_(?<number>\d{{1,6}}))?(?<rest>\..+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);
            var matches = names.Select(name => form.Match(name)).Where(match => match.Success).ToList();
            int Number(Match match) => match.Groups["number"].Success ? int.Parse(match.Groups["number"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 0;
            var lowest = matches.Count == 0 ? 0 : matches.Min(Number);
            foreach (var match in matches)
            {
                var number = Number(match) - lowest;
                renumbered[match.Value] = number == 0 ? $"{begin}{match.Groups["rest"].Value}" : FormattableString.Invariant($"{begin}_{number}{match.Groups["rest"].Value}");
            }
        }

        return renumbered;
    }
}
