using System.Globalization;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A machine of its own as far as the network goes: a namespace of Linux, joined to this machine by one cable that can be pulled.</summary>
internal sealed class CutOffNetwork : IAsyncDisposable
{
    // Names of interfaces have at most 15 characters.
    private readonly string _name;
    private readonly string _outside;
    private readonly string _inside;

    private CutOffNetwork()
    {
        // Two test runs at one time have different numbers; one of them has one such network at a time.
        var number = Environment.ProcessId & ((1 << 15) - 1);
        _name = $"amviz{Environment.ProcessId % 100_000}";
        (_outside, _inside) = ($"{_name}o", $"{_name}i");
        // Networks of two machines out of 198.18.0.0/15, which is for tests (RFC 2544).
        var network = string.Create(CultureInfo.InvariantCulture, $"198.{18 + (number >> 14)}.{(number >> 6) & 255}");
        OutsideAddress = string.Create(CultureInfo.InvariantCulture, $"{network}.{((number & 63) << 2) + 1}");
        InsideAddress = string.Create(CultureInfo.InvariantCulture, $"{network}.{((number & 63) << 2) + 2}");
    }

    /// <summary>This machine's end of the cable.</summary>
    public string OutsideAddress { get; }

    /// <summary>The other end.</summary>
    public string InsideAddress { get; }

    /// <summary>Words before a command line that is to run there.</summary>
    public IReadOnlyList<string> Enter => ["ip", "netns", "exec", _name];

    /// <summary>Makes it; skips the test where that is not allowed.</summary>
    public static async Task<CutOffNetwork> CreateAsync(CancellationToken cancellationToken)
    {
        var network = new CutOffNetwork();
        try
        {
            await IpCommand.RunAsync(cancellationToken, "netns", "add", network._name);
            await IpCommand.RunAsync(cancellationToken, "link", "add", network._outside, "type", "veth", "peer", "name", network._inside, "netns", network._name);
            await IpCommand.RunAsync(cancellationToken, "addr", "add", $"{network.OutsideAddress}/30", "dev", network._outside);
            await IpCommand.RunAsync(cancellationToken, "link", "set", network._outside, "up");
            await IpCommand.RunAsync(cancellationToken, "-n", network._name, "link", "set", "lo", "up");
            await IpCommand.RunAsync(cancellationToken, "-n", network._name, "addr", "add", $"{network.InsideAddress}/30", "dev", network._inside);
            await network.PlugInAsync(cancellationToken);
            await IpCommand.RunAsync(cancellationToken, "netns", "exec", network._name, "true");
            return network;
        }
        catch (NotSupportedException e)
        {
            await network.DisposeAsync();
            IpCommand.Skip(e);
            throw;
        }
    }

    /// <summary>Pulls the cable at the other machine's end: nothing gets through, and nobody is told.</summary>
    public Task PullAsync(CancellationToken cancellationToken) => IpCommand.RunAsync(cancellationToken, "-n", _name, "link", "set", _inside, "down");

    /// <summary>Plugs it in.</summary>
    public Task PlugInAsync(CancellationToken cancellationToken) => IpCommand.RunAsync(cancellationToken, "-n", _name, "link", "set", _inside, "up");

    /// <summary>Removes it; the cable goes with one of its ends.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var line in new string[][] { ["link", "del", _outside], ["netns", "del", _name] })
        {
            try
            {
                await IpCommand.RunAsync(CancellationToken.None, line);
            }
            catch (NotSupportedException)
            {
                // It was never made.
            }
        }
    }
}
