using AmViz.TestKit;

namespace AmViz.Cli.Tests.Commands;

/// <summary>What commands that draw are tried with: a network that is cheap to open, and a folder for what they write.</summary>
public abstract class TinyNetworkTest : IDisposable
{
    /// <summary>The network.</summary>
    protected TinyNetwork Network { get; } = new();

    /// <summary>The folder.</summary>
    protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Network.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
