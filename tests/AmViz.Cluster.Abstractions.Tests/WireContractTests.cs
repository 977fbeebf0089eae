using System.Reflection;
using Orleans;

namespace AmViz.Cluster.Abstractions.Tests;

/// <summary>Silos of two versions talk to each other during an upgrade: names on the wire are fixed, and members are numbered.</summary>
public sealed class WireContractTests
{
    private static readonly Type[] Public = [.. typeof(ISweepGrain).Assembly.GetExportedTypes().Where(type => !IsGenerated(type))];

    private static readonly Type[] Interfaces = [.. Public.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain)))];

    private static readonly Type[] Messages = [.. Public.Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)];

    [Fact]
    public void EveryGrainInterfaceAndMessageHasAnAliasOfItsOwn()
    {
        var aliases = Interfaces.Concat(Messages).Select(type => type.GetCustomAttribute<AliasAttribute>()?.Alias).ToArray();
        Assert.All(aliases, Assert.NotNull);
        Assert.Distinct(aliases);
        Assert.Equal(4, Interfaces.Length);
    }

    [Fact]
    public void EveryMethodHasAnAliasAndAtMostOneCancellationTokenWhichIsLast()
        => Assert.All(Interfaces.SelectMany(type => type.GetMethods()), method =>
        {
            Assert.Equal(method.Name, method.GetCustomAttribute<AliasAttribute>()?.Alias);
            var tokens = method.GetParameters().Where(parameter => parameter.ParameterType == typeof(CancellationToken)).ToArray();
            Assert.True(tokens.Length == 0 || (tokens.Length == 1 && tokens[0].Position == method.GetParameters().Length - 1), method.Name);
        });

    [Fact]
    public void MessagesAreImmutableSoThatTheyAreNotCopied()
        => Assert.All(Messages, type => Assert.NotNull(type.GetCustomAttribute<ImmutableAttribute>()));

    [Fact]
    public void EveryMemberThatTravelsIsNumberedOnce()
        => Assert.All(Messages, type =>
        {
            var written = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null).ToArray();
            var ids = written.Select(property => property.GetCustomAttribute<IdAttribute>()?.Id).ToArray();
            Assert.All(ids, id => Assert.NotNull(id));
            Assert.Distinct(ids);
        });

    private static bool IsGenerated(Type type) => type.Namespace is null || type.Namespace.StartsWith("OrleansCodeGen", StringComparison.Ordinal);
}
