namespace AmViz.Cluster.Http;

/// <summary>Whom a request comes from: the access key that it was made with, without its secret.</summary>
/// <param name="Id">Names the key in lists and logs.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Role">What it opens: <c>read</c>, <c>submit</c>, <c>admin</c>, or a word of a later version.</param>
/// <param name="ExpiresAt">From when on it opens nothing; null: it does not expire.</param>
public sealed record KeyOwner(string Id, string Name, string Role, DateTimeOffset? ExpiresAt);
