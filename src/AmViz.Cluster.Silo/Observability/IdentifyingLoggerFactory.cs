using System.Collections;
using AmViz.Sweeps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AmViz.Cluster.Silo;

/// <summary>Gives every line that names a shard or a task the fields <c>Sweep</c>, <c>Model</c> and <c>Layer</c>, so that collectors find all that was said of one.</summary>
/// <remarks>The text stays as it is. Lines that concern a lease or a device have the fields <c>Lease</c> and <c>Device</c> of themselves.</remarks>
internal sealed class IdentifyingLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    private const string Ours = "AmViz.";

    /// <summary>Puts it into a silo's services, in the place of the usual factory.</summary>
    public static void Use(IServiceCollection services)
        => services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => new IdentifyingLoggerFactory(new LoggerFactory(
            provider.GetServices<ILoggerProvider>(),
            provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
            provider.GetRequiredService<IOptions<LoggerFactoryOptions>>()))));

    public ILogger CreateLogger(string categoryName)
        => categoryName.StartsWith(Ours, StringComparison.Ordinal) ? new Identifying(inner.CreateLogger(categoryName)) : inner.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private static List<KeyValuePair<string, object?>> IdsOf(IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        var ids = new List<KeyValuePair<string, object?>>();
        foreach (var (_, value) in fields)
        {
            if (value is ShardId shard)
            {
                ids.Add(new("Sweep", shard.Sweep.Value));
                ids.Add(new("Model", shard.Model));
                ids.Add(new("Layer", shard.Layer));
            }
            else if (value is ChannelTask task)
            {
                ids.Add(new("Model", task.Model));
                ids.Add(new("Layer", task.Layer));
            }
        }

        ids.RemoveAll(id => fields.Any(field => field.Key == id.Key));
        return ids;
    }

    private sealed class Identifying(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
            {
                return;
            }

            if (state is IReadOnlyList<KeyValuePair<string, object?>> fields && IdsOf(fields) is { Count: > 0 } ids)
            {
                // What is said last is the template: readers look for it there.
                inner.Log(logLevel, eventId, new Line([.. ids, .. fields], formatter(state, exception)), exception, static (line, _) => line.ToString());
            }
            else
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }

    /// <summary>A line with its fields.</summary>
    private sealed class Line(IReadOnlyList<KeyValuePair<string, object?>> fields, string text) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => fields.Count;

        public KeyValuePair<string, object?> this[int index] => fields[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => fields.GetEnumerator();

        public override string ToString() => text;

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
