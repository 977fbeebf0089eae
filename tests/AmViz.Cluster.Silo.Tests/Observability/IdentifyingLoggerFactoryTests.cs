using AmViz.Sweeps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Silo.Tests.Observability;

public sealed partial class IdentifyingLoggerFactoryTests : IDisposable
{
    private static readonly ShardId Shard = ShardId.Parse("0123456789abcdef/net/conv_1/3");

    private readonly Written _written = new();
    private readonly ServiceProvider _services;

    public IdentifyingLoggerFactoryTests()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_written).AddFilter("AmViz.Quiet", LogLevel.Error));
        IdentifyingLoggerFactory.Use(services);
        _services = services.BuildServiceProvider();
    }

    [Fact]
    public void ALineThatNamesAShardHasItsSweepModelAndLayerAsFields()
    {
        LogLeased(Logger("AmViz.Cluster.Grains.DeviceAgent"), "cpu#0", Shard, "5-1");
        var (text, fields) = Assert.Single(_written.Lines);
        Assert.Equal("cpu#0 leased shard 0123456789abcdef/net/conv_1/3, lease 5-1.", text);
        Assert.Equal(
            new Dictionary<string, string?> { ["Sweep"] = "0123456789abcdef", ["Model"] = "net", ["Layer"] = "conv_1", ["Device"] = "cpu#0", ["Shard"] = Shard.ToString(), ["Lease"] = "5-1" },
            fields.Where(field => field.Key != "{OriginalFormat}").ToDictionary());
        Assert.Equal("{OriginalFormat}", fields[^1].Key);
    }

    [Fact]
    public void OtherLinesStayAsTheyAre()
    {
        LogPlain(Logger("AmViz.Cluster"));
        LogLeased(Logger("Somebody.Else"), "cpu#0", Shard, "5-1");
        LogLeased(Logger("AmViz.Quiet"), "cpu#0", Shard, "5-1");
        Assert.Equal([1, 4], _written.Lines.Select(line => line.Fields.Count));
    }

    [Fact]
    public void AFieldThatIsThereIsNotGivenTwice()
    {
        LogEnded(Logger("AmViz.Cluster"), "the sweep", Shard);
        Assert.Equal("the sweep", Assert.Single(Assert.Single(_written.Lines).Fields, field => field.Key == "Sweep").Value);
    }

    public void Dispose() => _services.Dispose();

    private ILogger Logger(string category) => _services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

    [LoggerMessage(1, LogLevel.Information, "{Device} leased shard {Shard}, lease {Lease}.")]
    private static partial void LogLeased(ILogger log, string device, ShardId shard, string lease);

    [LoggerMessage(3, LogLevel.Information, "plain")]
    private static partial void LogPlain(ILogger log);

    [LoggerMessage(2, LogLevel.Information, "{Sweep} has ended {Shard}.")]
    private static partial void LogEnded(ILogger log, string sweep, ShardId shard);

    private sealed class Written : ILoggerProvider, ILogger
    {
        public List<(string Text, IReadOnlyList<KeyValuePair<string, string?>> Fields)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Lines.Add((
                formatter(state, exception),
                [.. ((IEnumerable<KeyValuePair<string, object?>>)state!).Select(field => KeyValuePair.Create(field.Key, field.Value?.ToString()))]));

        public void Dispose()
        {
        }
    }
}
