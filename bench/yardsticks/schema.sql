CREATE TABLE platforms (key_digest text PRIMARY KEY, name text NOT NULL);
CREATE TABLE products (
    sku text PRIMARY KEY, title text NOT NULL, price bigint NOT NULL, currency text NOT NULL
);
CREATE TABLE discounts (code text PRIMARY KEY, percent bigint NOT NULL, title text NOT NULL);
CREATE TABLE shipping_rates (
    rate_id text PRIMARY KEY, country text NOT NULL, price bigint NOT NULL, title text NOT NULL
);
CREATE TABLE tax_rates (country text PRIMARY KEY, basis_points bigint NOT NULL);
CREATE TABLE items (
    sku text PRIMARY KEY, on_hand bigint NOT NULL, held bigint NOT NULL DEFAULT 0
);
CREATE TABLE checkouts (
    checkout_id uuid PRIMARY KEY, client text NOT NULL, status text NOT NULL,
    expires_at timestamptz NOT NULL, codes text[] NOT NULL, rate_id text NOT NULL,
    email text NOT NULL, address jsonb NOT NULL, currency text NOT NULL, total bigint NOT NULL,
    attempt_id uuid, order_id uuid, version bigint NOT NULL DEFAULT 1
);
CREATE TABLE checkout_lines (
    checkout_id uuid REFERENCES checkouts, number int, sku text NOT NULL, quantity bigint NOT NULL,
    PRIMARY KEY (checkout_id, number)
);
CREATE TABLE claims (
    client text, operation text, key text, fingerprint text NOT NULL,
    claimed_at timestamptz NOT NULL, attempt_id uuid, body text,
    PRIMARY KEY (client, operation, key)
);
CREATE INDEX ON claims (claimed_at);
CREATE TABLE attempts (
    attempt_id uuid PRIMARY KEY, checkout_id uuid NOT NULL, order_id uuid NOT NULL,
    state text NOT NULL, epoch int NOT NULL, started_at timestamptz NOT NULL,
    leased_until timestamptz NOT NULL, body text
);
CREATE INDEX ON attempts (checkout_id);
CREATE INDEX ON attempts (state, leased_until);
CREATE TABLE reservations (attempt_id uuid PRIMARY KEY, state text NOT NULL);
CREATE TABLE reservation_lines (
    attempt_id uuid REFERENCES reservations, number int, sku text NOT NULL, units bigint NOT NULL,
    PRIMARY KEY (attempt_id, number)
);
CREATE TABLE payments (
    attempt_id uuid PRIMARY KEY, order_id uuid NOT NULL, state text NOT NULL,
    minor_units bigint NOT NULL, currency text NOT NULL
);
CREATE INDEX ON payments (order_id);
CREATE TABLE orders (
    order_id uuid PRIMARY KEY, checkout_id uuid NOT NULL UNIQUE, attempt_id uuid NOT NULL UNIQUE,
    client text NOT NULL, currency text NOT NULL, total bigint NOT NULL, email text NOT NULL,
    address jsonb NOT NULL, placed_at timestamptz NOT NULL
);
CREATE TABLE order_lines (
    order_id uuid REFERENCES orders, number int, sku text NOT NULL, title text NOT NULL,
    unit_price bigint NOT NULL, units bigint NOT NULL, total bigint NOT NULL,
    PRIMARY KEY (order_id, number)
);
CREATE INDEX ON order_lines (sku);
CREATE TABLE outbox (
    id uuid PRIMARY KEY, name text NOT NULL, aggregate_id text NOT NULL, sequence int NOT NULL,
    occurred_at timestamptz NOT NULL, sent_at timestamptz, body text NOT NULL,
    UNIQUE (aggregate_id, sequence)
);
CREATE INDEX ON outbox (sent_at);
