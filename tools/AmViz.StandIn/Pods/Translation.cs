using System.Net;
using System.Text.RegularExpressions;

namespace AmViz.StandIn.Pods;

/// <summary>Puts folders of this machine in place of mount paths, and addresses in place of names, in arguments and variables.</summary>
/// <param name="mounts">Paths inside the container and folders of this machine.</param>
/// <param name="resolve">Address of a host name; null: nobody has it.</param>
internal sealed partial class Translation(IReadOnlyDictionary<string, string> mounts, Func<string, IPAddress?> resolve)
{
    private readonly Regex? _paths = mounts.Count == 0
        ? null
        : new(
            // In one go and the longest first, because a folder of this machine may hold such a path too.
            $@"(?<![\w./-])(?:{string.Join('|', mounts.Keys.OrderByDescending(path => path.Length).Select(Regex.Escape))})(?=$|[/:;,\s""')}}|&])",
            RegexOptions.CultureInvariant,
            TimeSpan.FromSeconds(1));

    public string Of(string text) => Names().Replace(_paths?.Replace(text, match => mounts[match.Value]) ?? text, Address);

    // A name is one where an address is meant: before a port, after // or @, or in bash's /dev/tcp/.
    [GeneratedRegex(@"(?<=//|@|/dev/tcp/)[A-Za-z0-9][A-Za-z0-9.-]*(?=[:/\s""']|$)|(?<![\w./-])[A-Za-z0-9][A-Za-z0-9.-]*(?=:\d)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Names();

    private string Address(Match match) => resolve(match.Value)?.ToString() ?? match.Value;
}
