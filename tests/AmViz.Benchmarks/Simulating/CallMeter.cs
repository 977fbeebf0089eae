using System.Collections.Concurrent;
using System.Diagnostics;
using AmViz.Cluster.Abstractions;
using Orleans;

namespace AmViz.Benchmarks;

/// <summary>Stands between callers and grains: counts, takes the time, and lets nothing through for a device that is cut off.</summary>
/// <remarks>
/// Channel tasks are answered here. They live beside their device, so that here the work of a thousand machines would be measured
/// as the coordinator's.
/// </remarks>
internal sealed class CallMeter : IOutgoingGrainCallFilter, IIncomingGrainCallFilter
{
    private static readonly HashSet<string> OfDevices = new(StringComparer.Ordinal)
    {
        nameof(ISweepIndexGrain.Assign), nameof(ISweepIndexGrain.Leave), nameof(ISweepGrain.NextShard),
        nameof(ILayerShardGrain.Exchange), nameof(ILayerShardGrain.Renew), nameof(ILayerShardGrain.Release),
    };

    private readonly ConcurrentDictionary<string, CallTimes> _kinds = new(StringComparer.Ordinal);
    private CallTimes _served = new();
    private int _fruitless;

    /// <summary>Calls by the name of their method.</summary>
    public IReadOnlyDictionary<string, CallFigures> Calls => _kinds.ToDictionary(kind => kind.Key, kind => kind.Value.Figures, StringComparer.Ordinal);

    /// <summary>Exchanges as the grain sees them: from its first to its last instruction.</summary>
    public CallFigures Served => _served.Figures;

    /// <summary>Exchanges that handed nothing in and got nothing.</summary>
    public int Fruitless => Volatile.Read(ref _fruitless);

    /// <summary>Forgets all calls.</summary>
    public void Reset()
    {
        _kinds.Clear();
        _served = new();
        _fruitless = 0;
    }

    /// <inheritdoc/>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType == typeof(IChannelTaskGrain))
        {
            context.Result = true;
            return;
        }

        if (context.InterfaceMethod.DeclaringType?.Namespace != typeof(IChannelTaskGrain).Namespace)
        {
            await context.Invoke();
            return;
        }

        if (OfDevices.Contains(context.MethodName) && SimulatedDevice.Current is { IsCutOff: true })
        {
            throw new TimeoutException("The device is cut off.");
        }

        var times = _kinds.GetOrAdd(context.MethodName, _ => new());
        var started = Stopwatch.GetTimestamp();
        await context.Invoke();
        times.Add(Stopwatch.GetElapsedTime(started));
        if (context.Result is ExchangeReply { Leases: null } && context.Request.GetArgument(0) is ExchangeRequest { Reports.Count: 0 })
        {
            Interlocked.Increment(ref _fruitless);
        }
    }

    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var started = Stopwatch.GetTimestamp();
        await context.Invoke();
        if (context.MethodName == nameof(ILayerShardGrain.Exchange))
        {
            _served.Add(Stopwatch.GetElapsedTime(started));
        }
    }
}
