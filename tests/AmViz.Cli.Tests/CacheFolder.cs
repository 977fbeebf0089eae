using AmViz.TestKit;

[assembly: AssemblyFixture(typeof(AmViz.Cli.Tests.CacheFolder))]

namespace AmViz.Cli.Tests;

/// <summary>Keeps what commands fetch out of the home of whoever runs the tests.</summary>
public sealed class CacheFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CacheFolder() => Environment.SetEnvironmentVariable("AMVIZ_CACHE", _folder.Path);

    public void Dispose() => _folder.Dispose();
}
