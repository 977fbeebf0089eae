using System.Collections.Concurrent;
using System.Reflection;
using AmViz.Cluster.Abstractions;
using Orleans;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>Coordinators that answer a device as a test says, without a cluster.</summary>
internal sealed class FakeGrains
{
    private readonly ConcurrentQueue<(string Method, string Key)> _calls = new();

    public FakeGrains() => Factory = GrainProxy.Create<IGrainFactory>((method, arguments) =>
    {
        var (type, key) = (method.GetGenericArguments().Single(), (string)arguments[0]!);
        return GrainProxy.Create(type, (called, values) => Answer(called.Name, key, values));
    });

    public IGrainFactory Factory { get; }

    /// <summary>Calls so far, in order, with the key of the grain.</summary>
    public IReadOnlyList<(string Method, string Key)> Calls => [.. _calls];

    public Func<string, ExchangeRequest, Task<ExchangeReply>> Exchange { get; set; } = (_, _) => Task.FromResult(new ExchangeReply(ExchangeVerdict.NothingNow));

    public Func<string, RenewRequest, Task<IReadOnlyList<LeaseDirective>>> Renew { get; set; }
        = (_, request) => Task.FromResult<IReadOnlyList<LeaseDirective>>([.. request.Leases.Select(_ => LeaseDirective.Continue)]);

    public Func<string, IReadOnlyList<AttemptToken>, Task> Release { get; set; } = (_, _) => Task.CompletedTask;

    public Func<string, NextShardRequest, Task<ShardHint?>> NextShard { get; set; } = (_, _) => Task.FromResult<ShardHint?>(null);

    public Func<DeviceStatus, Sweeps.SweepId?, Task<DeviceAssignment>> Assign { get; set; } = (_, _) => Task.FromResult(new DeviceAssignment([], TimeSpan.Zero));

    public Func<string, Task> Leave { get; set; } = _ => Task.CompletedTask;

    public Func<string, ChannelAttempt, Task<bool>> Run { get; set; } = (_, _) => Task.FromResult(true);

    public int Count(string method) => _calls.Count(call => call.Method == method);

    private Task Answer(string method, string key, object?[] arguments)
    {
        _calls.Enqueue((method, key));
        return method switch
        {
            nameof(ILayerShardGrain.Exchange) => Exchange(key, (ExchangeRequest)arguments[0]!),
            nameof(ILayerShardGrain.Renew) => Renew(key, (RenewRequest)arguments[0]!),
            nameof(ILayerShardGrain.Release) => Release(key, (IReadOnlyList<AttemptToken>)arguments[1]!),
            nameof(ISweepGrain.NextShard) => NextShard(key, (NextShardRequest)arguments[0]!),
            nameof(ISweepIndexGrain.Assign) => Assign((DeviceStatus)arguments[0]!, (Sweeps.SweepId?)arguments[1]),
            nameof(ISweepIndexGrain.Leave) => Leave((string)arguments[0]!),
            nameof(IChannelTaskGrain.Run) => Run(key, (ChannelAttempt)arguments[0]!),
            _ => throw new NotSupportedException($"No device calls {method}."),
        };
    }
}

/// <summary>Implements an interface by one function.</summary>
public class GrainProxy : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> _answer = (_, _) => null;

    public static T Create<T>(Func<MethodInfo, object?[], object?> answer)
        where T : class => (T)Create(typeof(T), answer);

    public static object Create(Type type, Func<MethodInfo, object?[], object?> answer)
    {
        var proxy = Create(type, typeof(GrainProxy));
        ((GrainProxy)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
}
