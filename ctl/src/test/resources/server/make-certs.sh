#!/bin/sh
# Makes a CA, an intermediate CA and certificates of both kinds in the current folder.
set -eu

leaf() { # NAME SUBJECT EXTENSIONS KEYTYPE...
    name=$1 subject=$2 extensions=$3
    shift 3
    openssl genpkey "$@" -out "$name.key" 2> /dev/null
    openssl req -new -key "$name.key" -subj "$subject" -out "$name.csr"
    printf '%b' "$extensions" > "$name.ext"
    openssl x509 -req -in "$name.csr" -CA middle.pem -CAkey middle.key -CAcreateserial -days 30 -extfile "$name.ext" \
        -out "$name.leaf" 2> /dev/null
    cat "$name.leaf" middle.pem > "$name.pem"
}

openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj "/CN=corral test CA" 2> /dev/null
openssl req -new -newkey rsa:2048 -nodes -keyout middle.key -out middle.csr -subj "/CN=corral middle" 2> /dev/null
printf 'basicConstraints=critical,CA:true\nkeyUsage=keyCertSign\n' > middle.ext
openssl x509 -req -in middle.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile middle.ext -out middle.pem 2> /dev/null

RSA="-algorithm RSA -pkeyopt rsa_keygen_bits:2048"
EC="-algorithm EC -pkeyopt ec_paramgen_curve:P-256"
# shellcheck disable=SC2086 # lists of arguments
{
    leaf web /CN=localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' $RSA
    leaf ec /CN=localhost 'subjectAltName=DNS:localhost\n' $EC
    leaf other /CN=other.example 'subjectAltName=DNS:other.example\n' $EC
    leaf renewed /CN=localhost 'subjectAltName=DNS:localhost\n' $RSA
    leaf client '/O=Ranch/CN=cowboy' 'extendedKeyUsage=clientAuth\n' $RSA
}
openssl rsa -in web.key -traditional -out web.pkcs1.key 2> /dev/null
openssl pkcs8 -topk8 -in web.key -passout pass:secret -out web.encrypted.key
openssl rsa -in web.key -traditional -aes256 -passout pass:secret -out web.encrypted.pkcs1.key 2> /dev/null
openssl ec -in ec.key -out ec.sec1.key 2> /dev/null
cat web.pem web.key > web.both.pem
# A stranger's, signed by nobody.
openssl req -x509 -newkey rsa:2048 -nodes -keyout stranger.key -out stranger.pem -days 30 -subj /CN=stranger 2> /dev/null
